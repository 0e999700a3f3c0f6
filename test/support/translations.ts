import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogs, languages, type Language } from '../../src/i18n/languages.ts'

/** By key: the fingerprints of the English sentence and of its translation. */
type Fingerprints = Readonly<Record<string, string>>

export const translated = languages.filter((language) => language !== 'en')

/** All sentences by path, for example `failures.token-expired.title`. */
export function sentences(tree: object, path = ''): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, value]: [string, unknown]) =>
      typeof value === 'string'
        ? [[`${path}${key}`, value] as const]
        : Object.entries(sentences(value as object, `${path}${key}.`)),
    ),
  )
}

export function readFingerprints(language: Language): Fingerprints {
  return existsSync(file(language)) ? (JSON.parse(readFileSync(file(language), 'utf8')) as Fingerprints) : {}
}

export function writeFingerprints(language: Language, fingerprints: Fingerprints): void {
  writeFileSync(file(language), `${JSON.stringify(fingerprints, null, 2)}\n`)
}

/** The current fingerprints of the catalogs. */
export function currentFingerprints(language: Language): Fingerprints {
  const english = sentences(catalogs.en)
  const translations = sentences(catalogs[language])
  return Object.fromEntries(
    Object.entries(english).map(([key, text]) => [key, `${fingerprint(text)} ${fingerprint(translations[key] ?? '')}`]),
  )
}

/** The keys whose English text changed while the translation did not. */
export function outdated(stored: Fingerprints, current: Fingerprints): readonly string[] {
  return Object.entries(current).flatMap(([key, now]) => {
    const [source, translation] = (stored[key] ?? '').split(' ')
    const [sourceNow, translationNow] = now.split(' ')
    return translation === translationNow && source !== sourceNow ? [key] : []
  })
}

function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}

function file(language: Language): string {
  return join(import.meta.dirname, '../../src/i18n/fingerprints', `${language}.json`)
}
