import {
  contactFields,
  longest,
  type ContactField,
  type ContactProblems,
  type ContactValues,
} from '../../domain/contact.ts'
import { fill, type Catalogue } from '../../i18n/languages.ts'

export type FormInput = {
  readonly values: ContactValues
  readonly problems: ContactProblems
  /** What the page asks about the e-mail address, unless there is a problem with it. */
  readonly question: string | null
}

/** How browsers and phones help with each field. */
const inputs = {
  email: { type: 'email', inputmode: 'email', autocomplete: 'email', required: true },
  name: { type: 'text', inputmode: 'text', autocomplete: 'name', required: true },
  company: { type: 'text', inputmode: 'text', autocomplete: 'organization', required: true },
  phone: { type: 'tel', inputmode: 'tel', autocomplete: 'tel', required: false },
} as const satisfies Record<ContactField, object>

/** The fields of the form with what was typed and what is wrong with it. */
export function formFields({ registration: text, problems: sentences }: Catalogue, form: FormInput) {
  const hints: Partial<Record<ContactField, string>> = { email: text.emailHint, phone: text.phoneHint }
  return contactFields.map((name) => {
    const found = form.problems[name]
    const problem = found === undefined ? null : fill(sentences[name][found], { count: String(longest[name]) })
    const question = name === 'email' ? form.question : null
    return {
      ...inputs[name],
      name,
      label: text[name],
      optional: inputs[name].required ? null : text.optional,
      hint: hints[name] ?? null,
      value: form.values[name],
      problem: problem ?? question,
    }
  })
}
