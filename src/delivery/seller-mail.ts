import type { Branding } from '../domain/product.ts'
import type { PreviousContact, RegistrationData } from '../domain/notification.ts'
import type { Contact } from '../domain/contact.ts'
import type { Answers } from '../domain/own-field.ts'
import { instant } from '../i18n/instant.ts'
import { mailBrand, type MailModel } from './mail-template.ts'
import { sellerNote } from './test-mail.ts'

const kinds = {
  'registration.completed': {
    subject: 'New registration',
    tone: 'done',
    heading: 'A buyer registered',
    lead: 'AWS Marketplace has confirmed the purchase, and the buyer has sent the registration form.',
  },
  'registration.changed': {
    subject: 'Changed contact details',
    tone: 'done',
    heading: 'A buyer changed the contact details',
    lead: 'Somebody in the AWS account that bought has replaced the contact details of this registration.',
  },
  'registration.abandoned': {
    subject: 'Unfinished registration',
    tone: 'act',
    heading: 'A buyer did not finish',
    lead: 'AWS Marketplace has confirmed the purchase, but the buyer did not send the registration form within 24 hours.',
  },
} as const

type SellerMail = keyof typeof kinds

export function isSellerMail(type: string): type is SellerMail {
  return Object.hasOwn(kinds, type)
}

type SellerMailFacts = {
  readonly registration: RegistrationData
  /** The contact details and the answers before a change. */
  readonly previous: PreviousContact | null
  /** The promised time of access; null if none was promised or it has passed. */
  readonly due: Date | null
}

/** The mails to the seller's staff, in English like the log, the commands and the documentation. */
export function createSellerMail(branding: Branding): (mail: SellerMail, about: SellerMailFacts) => MailModel {
  const { productName, sellerName, handoffUrl } = branding
  return (mail, { registration, previous, due }) => {
    const { reference } = registration
    const promise = due === null ? '' : ` The last page promised the buyer an answer by ${instant('en', due)}.`
    const steps = {
      'registration.completed':
        handoffUrl !== null
          ? 'The last page links the buyer to your application (HANDOFF_URL). If no account appears there, contact the buyer.'
          : `Set up the access.${promise}`,
      'registration.changed': 'Use the new contact details from now on.',
      'registration.abandoned':
        'Contact the buyer. The AWS Marketplace Management Portal has the agreement of this AWS account.',
    } as const satisfies Record<SellerMail, string>
    return {
      lang: 'en',
      ...kinds[mail],
      subject: `${kinds[mail].subject}: ${productName ?? sellerName}, ${reference}`,
      brand: mailBrand(branding, `by ${sellerName}`),
      reference: { label: 'Reference', value: reference },
      next: {
        title: 'What to do',
        steps: [steps[mail], `See all that is stored: npm run registrations -- --reference ${reference}`],
        button: null,
        below: null,
      },
      message: null,
      facts: [
        { title: 'Purchase, as AWS Marketplace named it', rows: purchaseRows(registration) },
        { title: 'What the buyer typed', rows: [...contactRows(registration), ...answerRows(registration)] },
        ...(previous === null
          ? []
          : [{ title: 'Before', rows: [...contactRows(previous), ...answerRows({ ...registration, ...previous })] }]),
      ],
      support: null,
      note: sellerNote,
    }
  }
}

function purchaseRows({ product_code, aws_account_id, license_arn }: RegistrationData) {
  return [
    { label: 'Product code', value: printable(product_code) },
    { label: 'AWS account', value: printable(aws_account_id) },
    { label: 'License', value: printable(license_arn) },
  ]
}

function contactRows({ email, name, company, phone }: { readonly [Field in keyof Contact]: string | null }) {
  return [
    { label: 'Email address', value: printable(email) },
    { label: 'Name', value: printable(name) },
    { label: 'Company', value: printable(company) },
    { label: 'Phone', value: printable(phone) },
  ]
}

/** The answers to the seller's own fields with the labels that the buyer saw. */
function answerRows({ fields, field_labels: labels }: Pick<RegistrationData, 'fields' | 'field_labels'>) {
  return Object.entries(fields).map(([name, value]) => ({
    label: printable(labels[name] ?? name),
    value: printable(answerText(value)),
  }))
}

function answerText(value: Answers[string] | undefined): string | null {
  if (typeof value !== 'boolean') return value ?? null
  return value ? 'yes' : 'no'
}

/** Removes characters that break a line or change the text direction. */
function printable(value: string | null): string {
  return value === null ? 'not given' : value.replace(/\s+/g, ' ').replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, '')
}
