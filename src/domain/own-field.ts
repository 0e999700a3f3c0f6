/** A text of the seller by language tag. `en` is always present. */
export type LocalizedText = Readonly<Record<string, string>> & { readonly en: string }

/** A field that the seller added to a product's form. */
export type OwnField = {
  readonly name: string
  readonly type: 'text' | 'textarea' | 'select' | 'radio' | 'checkbox'
  readonly label: LocalizedText
  readonly help: LocalizedText | null
  readonly required: boolean
  /** For `text` and `textarea`: in code points, after CR LF is replaced with LF. */
  readonly maxLength: number
  /** For `select` and `radio`; empty for other types. */
  readonly options: readonly OwnFieldOption[]
}

type OwnFieldOption = { readonly id: string; readonly label: LocalizedText }

/** A buyer's answers by field name: text, the id of an option, or the state of a checkbox. Null without an answer. */
export type Answers = Readonly<Record<string, string | boolean | null>>

/** The text in this language, or in English if it is missing. */
export function localized(text: LocalizedText, language: string): { readonly text: string; readonly lang: string } {
  const own = Object.hasOwn(text, language) ? text[language] : undefined
  return own === undefined ? { text: text.en, lang: 'en' } : { text: own, lang: language }
}
