/** Control, direction and other invisible characters, line separators, unassigned characters and unpaired surrogates. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/gu

/** Makes text from outside safe for a line of a log or a CSV file: one line without direction changes. */
export function printable(text: string): string {
  return text.replace(unprintable, '\ufffd')
}
