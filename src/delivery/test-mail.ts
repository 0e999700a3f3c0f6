import type { Branding } from '../config/branding.ts'
import type { MailModel } from './mail-template.ts'

/** Stands below each mail to the seller. */
export const sellerNote = 'You receive this email because the landing page’s setting NOTIFY_EMAIL has this address.'

/** Shows the seller's own people, by `npm run deliveries -- --test`, that mail arrives. */
export function testMail({ productName, sellerName }: Branding): MailModel {
  return {
    lang: 'en',
    subject: `Test: ${productName}`,
    tone: 'done',
    brand: { product: productName, by: `by ${sellerName}` },
    heading: 'This is a test',
    lead: 'Mail about registrations reaches this address. Nobody registered, and there is nothing to do.',
    reference: null,
    next: null,
    facts: [],
    support: null,
    note: sellerNote,
  }
}
