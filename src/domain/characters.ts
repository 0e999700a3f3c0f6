/** Faults in the characters of a typed text. */
export type InvalidCharacters = 'invalid' | 'invisible'

/** Control characters, unpaired surrogates and line separators. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u

/** Invisible characters: zero-width characters, direction controls, tags, fillers, the empty Braille pattern. */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]/u

/**
 * Invisible characters that change the preceding character, directly after such a character: joiners of Arabic and Indic scripts,
 * variants of Han characters, emoji.
 */
const shaping = new RegExp(
  [
    String.raw`(?<=[${scripts('Arab Syrc Beng Deva Gujr Guru Khmr Knda Mlym Mymr Orya Sinh Taml Telu')}])[\u200c\u200d](?=\p{L})`,
    String.raw`(?<=\p{Script=Han})[\ufe00-\ufe02\u{e0100}-\u{e01ef}]`,
    String.raw`(?<=\p{Extended_Pictographic})\ufe0f`,
    String.raw`(?<=\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?)\u200d(?=\p{Extended_Pictographic})`,
  ].join('|'),
  'gu',
)

const visible = /[\p{L}\p{N}\p{P}\p{S}]/u

/** Checks names and other free text. The text must have a visible character. */
export function invalidInText(text: string): InvalidCharacters | null {
  const reason = invalidInAddress(text.replaceAll(shaping, ''))
  if (reason !== null) return reason
  return visible.test(text) ? null : 'invalid'
}

/** Checks addresses and numbers, in which no invisible character is useful. */
export function invalidInAddress(text: string): InvalidCharacters | null {
  if (unprintable.test(text)) return 'invalid'
  return invisible.test(text) ? 'invisible' : null
}

function scripts(names: string): string {
  return names
    .split(' ')
    .map((name) => String.raw`\p{Script_Extensions=${name}}`)
    .join('')
}
