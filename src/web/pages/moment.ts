import { instant } from '../../i18n/instant.ts'
import { fill, type Language } from '../../i18n/languages.ts'

/** A part of a sentence. With `datetime` it is an instant, which the page's script shows in the buyer's time zone. */
export type Piece = { readonly text: string; readonly datetime: string | null }

/** An instant in UTC. */
export function moment(language: Language, date: Date): Piece {
  return { text: instant(language, date), datetime: date.toISOString() }
}

/** A sentence in parts: `values` as in `fill`, and an instant for one more name. */
export function fillMoment(
  sentence: string,
  values: Readonly<Record<string, string>>,
  [name, piece]: readonly [string, Piece],
): readonly Piece[] {
  const [before = '', after = ''] = sentence.split(`{${name}}`)
  return [plain(fill(before, values)), piece, plain(fill(after, values))]
}

export function plain(text: string): Piece {
  return { text, datetime: null }
}
