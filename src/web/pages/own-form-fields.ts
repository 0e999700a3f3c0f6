import type { InvalidAnswer, ParsedAnswers } from '../../domain/answers.ts'
import { localized, type LocalizedText, type OwnField } from '../../domain/own-field.ts'
import { fill, type Catalog, type Language } from '../../i18n/languages.ts'
import type { FormField } from './form-fields.ts'

const controls = {
  text: 'input',
  textarea: 'textarea',
  select: 'select',
  radio: 'radio',
  checkbox: 'checkbox',
} as const satisfies Record<OwnField['type'], FormField['control']>

/** The seller's own fields of the form with the submitted values and their faults. */
export function ownFormFields(
  words: Catalog,
  language: Language,
  fields: readonly OwnField[],
  { values, invalidFields }: Pick<ParsedAnswers, 'values' | 'invalidFields'>,
): readonly FormField[] {
  return fields.map((field) => {
    // A prefix, because the page has ids such as `content` and `support`.
    const id = `own-${field.name}`
    const label = inLanguage(field.label, language)
    const hint = field.help === null ? null : inLanguage(field.help, language)
    const reason = invalidFields.get(field.name)
    return {
      control: controls[field.type],
      id,
      name: field.name,
      own: true,
      label: label.text,
      labelLang: label.lang,
      required: field.required,
      optional: field.required ? null : words.registration.optional,
      hints: hint === null ? [] : [hint.text],
      hintLang: hint?.lang ?? null,
      value: values[field.name] ?? '',
      invalid: reason === undefined ? null : sentence(words, field, reason),
      input: field.type === 'text' ? { type: 'text', inputmode: 'text', autocomplete: 'off' } : null,
      options: field.options.map((option, at) => ({
        // The error summary links to the first control.
        id: at === 0 ? id : `${id}-${option.id}`,
        value: option.id,
        ...inLanguage(option.label, language),
      })),
      choose: field.type === 'select' ? words.answers.choose : null,
    }
  })
}

/** `lang` is null if the text is in the language of the page. */
function inLanguage(text: LocalizedText, language: Language): { readonly text: string; readonly lang: string | null } {
  const found = localized(text, language)
  return { text: found.text, lang: found.lang === language ? null : found.lang }
}

function sentence({ answers }: Catalog, { type, maxLength }: OwnField, reason: InvalidAnswer): string {
  switch (reason) {
    case 'missing':
      if (type === 'checkbox') return answers.missingCheck
      return type === 'text' || type === 'textarea' ? answers.missingText : answers.missingOption
    case 'too-long':
      return fill(answers.tooLong, { count: String(maxLength) })
    case 'invalid':
      return answers.invalid
    case 'invisible':
      return answers.invisible
    case 'not-an-option':
      return answers.notAnOption
  }
}
