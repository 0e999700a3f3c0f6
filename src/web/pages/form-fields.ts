import {
  contactFields,
  longest,
  type Contact,
  type ContactField,
  type InvalidContact,
  type ContactValues,
} from '../../domain/contact.ts'
import type { Product } from '../../domain/product.ts'
import { fill, type Catalog } from '../../i18n/languages.ts'

type FormInput = {
  readonly values: ContactValues
  readonly invalidFields: InvalidContact
  /** Asks about a probable typo in the address; null if there is none, or if the address is invalid. */
  readonly question: string | null
  /** The stored contact details that the form replaces. */
  readonly stored: Contact | null
}

/** A field for the template. */
export type FormField = {
  readonly control: 'input' | 'textarea' | 'select' | 'radio' | 'checkbox'
  /** The id of the control. The ids of its hints and of its `invalid` sentence begin with it. */
  readonly id: string
  readonly name: string
  /** True for a field of the seller. */
  readonly own: boolean
  readonly label: string
  /** The language of the label if it is not that of the page. */
  readonly labelLang: string | null
  readonly required: boolean
  /** The word for optional fields; null for a required one. */
  readonly optional: string | null
  /** Sentences below the label. */
  readonly hints: readonly string[]
  readonly hintLang: string | null
  readonly value: string
  /** The fault of the value; null if it is valid. */
  readonly invalid: string | null
  /** Attributes with which browsers and phones help to fill in an `input`. */
  readonly input: { readonly type: string; readonly inputmode: string; readonly autocomplete: string } | null
  /** The options of a `select` or `radio`. */
  readonly options: readonly {
    readonly id: string
    readonly value: string
    readonly text: string
    readonly lang: string | null
  }[]
  /** The first entry of a `select`. */
  readonly choose: string | null
}

/** Attributes with which browsers and phones help to fill in each field. */
const inputs = {
  email: { type: 'email', inputmode: 'email', autocomplete: 'email' },
  name: { type: 'text', inputmode: 'text', autocomplete: 'name' },
  company: { type: 'text', inputmode: 'text', autocomplete: 'organization' },
  phone: { type: 'tel', inputmode: 'tel', autocomplete: 'tel' },
} as const satisfies Record<ContactField, object>

/** The contact fields of the form with the typed values and their faults. */
export function contactFormFields(
  words: Catalog,
  { phone, mailsBuyer, sellerName }: Pick<Product, 'phone' | 'mailsBuyer' | 'sellerName'>,
  form: FormInput,
): readonly FormField[] {
  const { registration: text, invalidFields: sentences } = words
  const removesPhone = phone === 'optional' && form.stored !== null && form.stored.phone !== null
  const hints: Partial<Record<ContactField, readonly string[]>> = {
    email: [mailsBuyer ? text.emailHint : fill(text.emailHintSeller, { seller: sellerName })],
    phone: [text.phoneHint, ...(removesPhone ? [text.phoneRemoved] : [])],
  }
  return contactFields
    .filter((name) => name !== 'phone' || phone !== 'off')
    .map((name) => {
      const found = form.invalidFields[name]
      const invalid = found === undefined ? null : fill(sentences[name][found], { count: String(longest[name]) })
      const required = name !== 'phone' || phone === 'required'
      return {
        control: 'input',
        id: name,
        name,
        own: false,
        label: text[name],
        labelLang: null,
        required,
        optional: required ? null : text.optional,
        hints: hints[name] ?? [],
        hintLang: null,
        value: form.values[name],
        invalid: invalid ?? (name === 'email' ? form.question : null),
        input: inputs[name],
        options: [],
        choose: null,
      }
    })
}
