/** Characters that a terminal obeys, that end a line, or that change the direction in which it is read. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu

/** Returns text from outside as a terminal or a spreadsheet may show it: on one line, with `�` for each such character. */
export function visible(text: string): string {
  return text.replaceAll(/\r\n|[\t\r\n]/g, ' ').replaceAll(unprintable, '\ufffd')
}

/** Returns JSON on several lines. Such characters are escaped where `JSON.stringify` leaves them, so that nothing is lost. */
export function visibleJson(value: unknown): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return `${JSON.stringify(value, null, 2).replaceAll(/[\u007f-\u009f\u2028\u2029\p{Bidi_Control}]/gu, escaped)}\n`
}
