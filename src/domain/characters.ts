/** Errors in the characters of a typed text. */
export type InvalidCharacters = 'invalid' | 'invisible'

/** Control characters, unpaired surrogates, line separators and noncharacters. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u

/**
 * More combining marks in a row than any language needs (UAX #15, D3). They cover the lines above and below, and normalizing takes
 * quadratic time in their number.
 */
const stacked = /\p{M}{31}/u

/**
 * Invisible characters: zero-width characters, direction controls, tags, fillers, blank Braille, music and hieroglyph signs, the
 * placeholder of an object.
 */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}\u2800\u{1d159}\u{13441}\u{13442}\ufffc]/u

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

/** Composes characters (NFC). A text with stacked marks is returned as it is. */
export function composed(text: string): string {
  return stacked.test(text) ? text : text.normalize('NFC')
}

/** Checks addresses and numbers, in which no invisible character is useful. */
export function invalidInAddress(text: string): InvalidCharacters | null {
  if (unprintable.test(text) || stacked.test(text)) return 'invalid'
  return invisible.test(text) ? 'invisible' : null
}

function scripts(names: string): string {
  return names
    .split(' ')
    .map((name) => String.raw`\p{Script_Extensions=${name}}`)
    .join('')
}
