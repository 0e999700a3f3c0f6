import type { Branding } from '../../config/branding.ts'
import { contactFields, type ContactField, type ContactProblems, type ContactValues } from '../../domain/contact.ts'
import type { Registration } from '../../domain/registration.ts'
import { paths } from '../paths.ts'
import { stateFields, type PageState } from './page-state.ts'
import { catalogues, fill, type Catalogue, type Language } from '../../i18n/languages.ts'
import { createFrame, link } from './frame.ts'

export type RegistrationInput = {
  readonly registration: Pick<Registration, 'id' | 'productCode' | 'awsAccountId' | 'licenseArn'>
  readonly values: ContactValues
  readonly problems: ContactProblems
}

const shown: PageState = { page: 'registration' }

/** How browsers and phones help with each field. */
const inputs = {
  email: { type: 'email', inputmode: 'email', autocomplete: 'email', required: true },
  name: { type: 'text', inputmode: 'text', autocomplete: 'name', required: true },
  company: { type: 'text', inputmode: 'text', autocomplete: 'organization', required: true },
  phone: { type: 'tel', inputmode: 'tel', autocomplete: 'tel', required: false },
} as const satisfies Record<ContactField, object>

export function createRegistration(branding: Branding): (language: Language, input: RegistrationInput) => object {
  const frame = createFrame(branding)
  const names = { product: branding.productName, seller: branding.sellerName }
  return (language, { registration, values, problems }) => {
    const words = catalogues[language]
    const { registration: text, layout } = words
    const fields = contactFields.map((name) => field(words, name, { value: values[name], problem: problems[name] }))
    const wrong = fields.filter(({ problem }) => problem !== null)
    const title = wrong.length > 0 ? fill(layout.errorTitle, { title: text.title }) : text.title
    return {
      ...frame(language, { name: 'registration', title, step: 'register', shown, formId: 'registration-form' }),
      heading: text.title,
      lead: fill(text.lead, names),
      summary: { title: text.problems, fields: wrong },
      restored: { text: text.restored, clear: text.clear },
      purchase: {
        title: text.purchase,
        facts: [
          { label: text.product, value: branding.productName },
          { label: text.account, value: registration.awsAccountId },
          ...license(text.license, registration.licenseArn),
        ],
      },
      form: {
        title: text.form,
        action: paths.registration,
        hidden: { ...stateFields(shown), registration: registration.id },
        fields,
        submit: text.submit,
        use: fill(text.use, names),
        links: link(branding.privacyUrl, layout.privacy),
      },
      signIn: { question: layout.signInQuestion, href: branding.signInUrl, text: layout.signIn },
    }
  }
}

type Typed = { readonly value: string; readonly problem: ContactProblems[ContactField] }

function field({ registration: text, problems }: Catalogue, name: ContactField, { value, problem }: Typed) {
  const hints: Partial<Record<ContactField, string>> = { email: text.emailHint, phone: text.phoneHint }
  return {
    ...inputs[name],
    name,
    label: text[name],
    optional: inputs[name].required ? null : text.optional,
    hint: hints[name] ?? null,
    value,
    problem: problem === undefined ? null : problems[name][problem],
  }
}

/** The license's own id, the end of its ARN: it tells two purchases of one account apart. */
function license(label: string, arn: string | null): readonly { readonly label: string; readonly value: string }[] {
  const id = arn?.split(':').at(-1)
  return id === undefined || id.length > 64 ? [] : [{ label, value: id }]
}
