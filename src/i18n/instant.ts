import type { Language } from './languages.ts'

/** The first day of a month is an ordinal number in these languages. `Intl` writes 1. `public/page.js` has the same rule. */
const firstDay = new Map<Language, string>([
  ['fr', '1er'],
  ['pt-BR', '1º'],
])

/** `November 24, 2026 at 4:00 PM UTC` in the format of the language. In UTC, because the buyer's time zone is not known. */
export function instant(language: Language, date: Date): string {
  const text = new Intl.DateTimeFormat(language, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZone: 'UTC',
    timeZoneName: 'short',
  }).format(date)
  return text.replace(/^1(?= )/, firstDay.get(language) ?? '1')
}
