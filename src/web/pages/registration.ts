import type { Product } from '../../domain/product.ts'
import type { Contact, InvalidContact, ContactValues } from '../../domain/contact.ts'
import type { ParsedAnswers } from '../../domain/answers.ts'
import type { Registration } from '../../domain/registration.ts'
import { catalogFor, namesIn, fill, type Catalog, type Language } from '../../i18n/languages.ts'
import { paths } from '../paths.ts'
import { fact, purchaseFacts, type Purchase } from './facts.ts'
import { contactFormFields } from './form-fields.ts'
import { ownFormFields } from './own-form-fields.ts'
import { createFrame, leaveForm, link } from './frame.ts'
import { fullContact, maskedContact } from './masked.ts'
import { stateFields, type PageState } from './page-state.ts'

export type RegistrationInput = {
  readonly registration: Purchase & Pick<Registration, 'id' | 'contact'>
  /** True if this session typed the stored contact details, so that it may see them. */
  readonly typed: boolean
  readonly values: ContactValues
  readonly invalidFields: InvalidContact
  /** The answers to the product's own fields for the form, and their faults. */
  readonly answers: Pick<ParsedAnswers, 'values' | 'invalidFields'>
  /** The probable address that the page asks about; null if there is no question. */
  readonly suggestion: string | null
  /** The address that the buyer submitted last, which is not questioned again; null if none was submitted. */
  readonly asked: string | null
}

const shown: PageState = { page: 'registration' }

/** The form for registering and for changing the contact details. */
export function createRegistration(branding: Product): (language: Language, input: RegistrationInput) => object {
  const frame = createFrame(branding)
  const names = namesIn(branding)
  return (language, { registration, typed, values, invalidFields, answers, suggestion, asked }) => {
    const words = catalogFor(language, branding)
    const { registration: text, layout } = words
    const { contact } = registration
    const question = suggestion && fill(text.didYouMean, { suggestion, email: values.email })
    const fields = [
      ...contactFormFields(words, branding, { values, invalidFields, question, stored: contact }),
      ...ownFormFields(words, language, branding.fields, answers),
    ]
    const wrong = fields.filter(({ invalid }) => invalid !== null)
    const heading = contact === null ? text.title : text.changeTitle
    return {
      ...frame(language, {
        name: 'registration',
        title: wrong.length > 0 ? fill(layout.errorTitle, { title: heading }) : heading,
        step: contact === null ? 'register' : null,
        shown,
        formId: 'registration-form',
        about: registration,
      }),
      heading,
      lead: contact === null ? fill(text.lead, names) : text.changeLead,
      stored: contact === null ? null : stored(words, contact, typed ? 'whole' : 'masked'),
      summary: {
        title: text.invalidFields,
        colon: fill(layout.labeled, { label: '', value: '' }),
        fields: wrong.map((field) => ({ ...field, label: field.label.replace(/[.:?。：？]$/u, '') })),
      },
      restored: { text: text.restored, clear: text.clear },
      purchase: {
        title: text.purchase,
        product: branding.productName,
        facts: purchaseFacts(words, registration),
      },
      form: {
        action: paths.registration,
        hidden: {
          ...stateFields(shown),
          registration: registration.id,
          ...(asked === null ? {} : { 'asked-email': asked }),
        },
        fields,
        colleague: contact === null ? text.colleague : null,
        submit: contact === null ? text.submit : text.save,
        sending: layout.sending,
        cancel: contact === null ? null : { href: paths.complete, text: text.cancel },
        use: fill(text.use, names),
        links: link(branding.privacyUrl, layout.privacy),
      },
      signIn: {
        question: contact === null ? text.signInQuestion : layout.signInQuestion,
        href: branding.signInUrl,
        text: layout.signIn,
      },
      leave: leaveForm(words),
    }
  }
}

function stored({ registration: text }: Catalog, contact: Contact, shown: 'whole' | 'masked'): object {
  const { email, name, company, phone } = shown === 'whole' ? fullContact(contact) : maskedContact(contact)
  return {
    title: text.stored,
    note: shown === 'whole' ? null : text.masked,
    facts: [
      fact(text.email, email),
      fact(text.name, name),
      fact(text.company, company),
      ...(phone === '' ? [] : [fact(text.phone, phone)]),
    ],
  }
}
