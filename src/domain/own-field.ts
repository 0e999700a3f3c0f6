/** A text of the seller by language tag. `en` is always there. */
export type LocalizedText = Readonly<Record<string, string>> & { readonly en: string }

export const ownFieldTypes = ['text', 'textarea', 'select', 'radio', 'checkbox'] as const

/** A field that the seller added to the form of a product. */
export type OwnField = {
  readonly name: string
  readonly type: (typeof ownFieldTypes)[number]
  readonly label: LocalizedText
  readonly help: LocalizedText | null
  readonly required: boolean
  /** In code points, after CR LF became LF. Counts for `text` and `textarea`. */
  readonly maxLength: number
  /** Of `select` and `radio`; empty for the other types. */
  readonly options: readonly OwnFieldOption[]
}

export type OwnFieldOption = { readonly id: string; readonly label: LocalizedText }

/** What a buyer answered, by field name: a text, an option's id, or the state of a checkbox. Null without an answer. */
export type Answers = Readonly<Record<string, string | boolean | null>>

/** The text in this language and, where it is missing, in English. */
export function localized(text: LocalizedText, language: string): { readonly text: string; readonly lang: string } {
  const own = Object.hasOwn(text, language) ? text[language] : undefined
  return own === undefined ? { text: text.en, lang: 'en' } : { text: own, lang: language }
}
