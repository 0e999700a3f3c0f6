import { createHash } from 'node:crypto'
import { licenseArn, newLicenseArn, randomId, type SimulatedCustomer } from '../tokens/customer.ts'
import type { Scenarios } from './scenario.ts'

const form = 'The registration form.'

export const purchases = {
  'new-buyer': {
    title: 'A new buyer',
    simulates: 'A buyer who has just subscribed. Each time this page is loaded, it is a different buyer.',
    expects: form,
    behavior: { kind: 'customer' },
    claims: true,
  },
  'same-license': {
    title: 'The same license again',
    simulates: 'The same purchase with a new link, as when a buyer comes back later.',
    expects: 'The registration form; once registered, that the registration is complete.',
    behavior: { kind: 'customer' },
    customer: (productCode) => returning(`${productCode} first`),
  },
  'second-license': {
    title: 'A second license of one account',
    simulates: 'The AWS account of “The same license again” bought the product once more.',
    expects: 'A registration form of its own, even when the first license is registered.',
    behavior: { kind: 'customer' },
    customer: (productCode) => returning(`${productCode} second`),
    claims: true,
  },
  'free-trial': {
    title: 'A free trial',
    simulates: 'The offer is a free trial, and the link says so.',
    expects: form,
    behavior: { kind: 'customer' },
    offerType: 'free-trial',
    claims: true,
  },
  legacy: {
    title: 'An older product',
    simulates: 'AWS Marketplace returns a customer identifier and no license, as before 2026.',
    expects: form,
    behavior: { kind: 'customer' },
    customer: () => ({ licenseArn: null, customerIdentifier: randomId(12) }),
  },
  'no-license': {
    title: 'Neither license nor identifier',
    simulates: 'AWS Marketplace returns only the AWS account and the product.',
    expects: form,
    behavior: { kind: 'customer' },
    customer: () => ({ licenseArn: null }),
  },
  'late-license': {
    title: 'A late license',
    simulates: 'The first answer for a purchase has no license, the next one has. Click, come back, click again.',
    expects: 'The registration form, both times for the same registration.',
    behavior: { kind: 'late-license' },
    customer: () => ({ licenseArn: newLicenseArn() }),
  },
  'channel-partner': {
    title: 'Through a channel partner',
    simulates: 'Another company made the offer for the seller’s product. The seller gets fewer details from AWS.',
    expects: form,
    behavior: { kind: 'customer' },
    purchase: { channelPartner: true },
  },
  'future-dated': {
    title: 'A purchase that starts later',
    simulates: 'The offer is accepted, but the agreement starts in seven days.',
    expects: form,
    behavior: { kind: 'customer' },
    purchase: { startsInMs: 7 * 24 * 3_600_000 },
  },
  'single-use': {
    title: 'A link that works once',
    simulates: 'AWS Marketplace answers the token once. Double-click the button to send it twice.',
    expects: 'The registration form, however often the link was sent.',
    behavior: { kind: 'customer' },
    singleUse: true,
  },
} as const satisfies Scenarios

/** The same buyer after each start of the simulator, so that a registered buyer can come back. */
function returning(purchase: string): Partial<SimulatedCustomer> {
  const hex = createHash('sha256').update(purchase).digest('hex').slice(0, 32)
  return { awsAccountId: '012345678901', licenseArn: licenseArn(hex) }
}
