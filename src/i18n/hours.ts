import type { Language } from './languages.ts'

/** `24 hours`, in the language's own words. */
export function hours(language: Language, count: number): string {
  return new Intl.NumberFormat(language, { style: 'unit', unit: 'hour', unitDisplay: 'long' }).format(count)
}
