import type { Language } from './languages.ts'

/** `November 24, 2026 at 4:00 PM UTC` in the format of the language. In UTC, because the buyer's time zone is not known. */
export function instant(language: Language, date: Date): string {
  return new Intl.DateTimeFormat(language, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZone: 'UTC',
    timeZoneName: 'short',
  }).format(date)
}
