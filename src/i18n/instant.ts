import type { Language } from './languages.ts'

/** `November 24, 2026 at 4:00 PM UTC`, in the language's own way: nobody here knows the buyer's time zone. */
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
