/** What a terminal would obey, or what changes the direction in which a line is read. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/gu

/** Text from outside, as a terminal may show it. */
export function visible(text: string): string {
  return text.replaceAll(unprintable, '\ufffd')
}

/** JSON for a terminal or a file, on several lines. What `JSON.stringify` leaves of such characters is escaped, and so not lost. */
export function visibleJson(value: unknown): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return `${JSON.stringify(value, null, 2).replaceAll(/[\u007f-\u009f\u2028\u2029\p{Bidi_Control}]/gu, escaped)}\n`
}
