/** Control, direction and other invisible characters, line separators, unassigned characters and halves of characters. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/gu

/** Text that came from outside, as a line of a log or of a CSV file can hold it: one line, read in the order it is written. */
export function printable(text: string): string {
  return text.replace(unprintable, '\ufffd')
}
