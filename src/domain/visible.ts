/** Characters that control a terminal, end a line, or change the text direction. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu

/** Makes text from outside safe for a terminal or a spreadsheet: one line, with `�` in place of each such character. */
export function visible(text: string): string {
  return text.replaceAll(/\r\n|[\t\r\n]/g, ' ').replaceAll(unprintable, '\ufffd')
}

/** Returns JSON on several lines. Escapes such characters if `JSON.stringify` does not. */
export function visibleJson(value: unknown): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return `${JSON.stringify(value, null, 2).replaceAll(/[\u007f-\u009f\u2028\u2029\p{Bidi_Control}]/gu, escaped)}\n`
}
