import { catalogues } from '../src/i18n/languages.ts'
import {
  currentFingerprints,
  outdated,
  readFingerprints,
  sentences,
  translated,
  writeFingerprints,
} from '../test/support/translations.ts'

/**
 * `npm run translated`: records which English sentence each translation was made from. Refuses where the English changed and
 * the translation did not; `-- KEY …` says that these translations still fit.
 */
function main(stillRight: readonly string[]): void {
  for (const language of translated) {
    const current = currentFingerprints(language)
    const stored = readFingerprints(language)
    const waiting = outdated(stored, current).filter((key) => !stillRight.includes(key))
    for (const key of waiting) {
      process.exitCode = 1
      print(`${language} ${key} is still “${sentences(catalogues[language])[key] ?? ''}”`)
      print(`   English is now “${sentences(catalogues.en)[key] ?? ''}”`)
    }
    const kept = Object.fromEntries(waiting.map((key) => [key, stored[key] ?? '']))
    writeFingerprints(language, { ...current, ...kept })
  }
  if (process.exitCode === 1) print('Translate these, or name the keys whose translations still fit.')
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

main(process.argv.slice(2))
