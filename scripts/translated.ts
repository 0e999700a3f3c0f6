import { catalogs } from '../src/i18n/languages.ts'
import {
  currentFingerprints,
  outdated,
  readFingerprints,
  sentences,
  translated,
  writeFingerprints,
} from '../test/support/translations.ts'

/**
 * `npm run translated`: records the English text that each translation was made from. Fails if the English text changed and the
 * translation did not. `-- KEY …` confirms that these translations are still correct.
 */
function main(confirmed: readonly string[]): void {
  for (const language of translated) {
    const current = currentFingerprints(language)
    const stored = readFingerprints(language)
    const missing = outdated(stored, current).filter((key) => !confirmed.includes(key))
    for (const key of missing) {
      process.exitCode = 1
      print(`${language} ${key} is still “${sentences(catalogs[language])[key] ?? ''}”`)
      print(`   English is now “${sentences(catalogs.en)[key] ?? ''}”`)
    }
    const kept = Object.fromEntries(missing.map((key) => [key, stored[key] ?? '']))
    writeFingerprints(language, { ...current, ...kept })
  }
  if (process.exitCode === 1) print('Translate these texts, or pass the keys whose translations are still correct.')
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

main(process.argv.slice(2))
