import type { Branding } from '../domain/product.ts'
import { mailBrand, type MailModel } from './mail-template.ts'

/** The last line of every mail to the seller. */
export const sellerNote =
  'You are receiving this email because the landing page’s setting NOTIFY_EMAIL has this address.'

/** The mail of `npm run deliveries -- --test`. */
export function testMail(branding: Branding): MailModel {
  const { productName, sellerName } = branding
  return {
    lang: 'en',
    subject: `Test: ${productName ?? sellerName}`,
    tone: 'done',
    brand: mailBrand(branding, `by ${sellerName}`),
    heading: 'This is a test',
    lead: 'Mail about registrations reaches this address. Nobody registered, and there is nothing to do.',
    reference: null,
    next: null,
    message: null,
    facts: [],
    support: null,
    note: sellerNote,
  }
}
