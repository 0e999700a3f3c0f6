import type { Branding } from '../../config/branding.ts'
import type { Registration } from '../../domain/registration.ts'
import { paths } from '../paths.ts'
import { hours } from '../../i18n/hours.ts'
import { catalogues, fill, type Language } from '../../i18n/languages.ts'
import { maskedEmail } from './masked-email.ts'
import { createFrame } from './frame.ts'

/** The confirmation. Anybody in the AWS account who clicks at AWS again sees it, so the e-mail address is masked. */
export function createComplete(branding: Branding): (language: Language, registration: Registration) => object {
  const frame = createFrame(branding)
  const names = { product: branding.productName, seller: branding.sellerName }
  return (language, { reference, awsAccountId, contact, registeredAt }) => {
    const words = catalogues[language]
    const { complete, registration, layout } = words
    const email = contact === null ? null : maskedEmail(contact.email)
    const time = hours(language, branding.accessWithinHours)
    const next = [complete.nextPrepare, complete.nextEmail, complete.nextMissing]
    return {
      ...frame(language, {
        name: 'complete',
        title: complete.title,
        step: 'done',
        shown: { page: 'complete' },
        formId: null,
      }),
      heading: complete.title,
      lead: fill(complete.lead, names),
      reference: { label: complete.reference, value: reference },
      details: {
        title: complete.details,
        facts: [
          { label: registration.product, value: branding.productName },
          { label: registration.account, value: awsAccountId },
          ...(email === null ? [] : [{ label: complete.email, value: email }]),
          ...(registeredAt === null ? [] : [{ label: complete.date, value: dateTime(language, registeredAt) }]),
        ],
      },
      next: {
        title: complete.nextTitle,
        steps: next.map((sentence) => fill(sentence, { ...names, reference, time, email: email ?? '•••' })),
      },
      signIn: {
        title: layout.signIn,
        text: complete.signInText,
        href: branding.signInUrl,
        link: fill(complete.signIn, names),
      },
      change: { href: paths.registration, text: complete.change },
    }
  }
}

/** In UTC, and the text says so: the server does not know the buyer's time zone. */
function dateTime(language: Language, date: Date): string {
  return new Intl.DateTimeFormat(language, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'UTC',
    timeZoneName: 'short',
  }).format(date)
}
