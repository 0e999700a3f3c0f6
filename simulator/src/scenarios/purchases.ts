import { licenseArn, newLicenseArn, randomId } from '../tokens/customer.ts'
import type { Scenarios } from './scenario.ts'

// The same on every start, so that a buyer who came yesterday comes back today.
const regular = { awsAccountId: '012345678901', licenseArn: licenseArn('5a3e1c0c7d9b4f6e8a2b4c6d8e0f1a2b') }
const secondLicense = licenseArn('c4d5e6f708192a3b4c5d6e7f8091a2b3')

const form = 'The registration form.'

export const purchases = {
  'new-buyer': {
    title: 'A new buyer',
    simulates: 'Somebody who has just subscribed. Each time this page is loaded, it is another buyer.',
    expects: form,
    behavior: { kind: 'customer' },
    claims: true,
  },
  'same-license': {
    title: 'The same license again',
    simulates: 'One and the same purchase each time, with a new link, as when a buyer comes back later.',
    expects: 'The registration form; once registered, that the registration is complete.',
    behavior: { kind: 'customer' },
    customer: () => regular,
  },
  'second-license': {
    title: 'A second license of one account',
    simulates: 'The AWS account of “The same license again” bought the product once more.',
    expects: 'A registration form of its own, even when the first license is registered.',
    behavior: { kind: 'customer' },
    customer: () => ({ ...regular, licenseArn: secondLicense }),
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
    simulates: 'AWS Marketplace names a customer identifier and no license, as it did before 2026.',
    expects: form,
    behavior: { kind: 'customer' },
    customer: () => ({ licenseArn: null, customerIdentifier: randomId(12) }),
  },
  'no-license': {
    title: 'Neither license nor identifier',
    simulates: 'AWS Marketplace names only the AWS account and the product.',
    expects: form,
    behavior: { kind: 'customer' },
    customer: () => ({ licenseArn: null }),
  },
  'late-license': {
    title: 'A license that comes late',
    simulates: 'The first answer for a purchase has no license, the next one has. Click, come back, click again.',
    expects: 'The registration form, both times for one and the same registration.',
    behavior: { kind: 'late-license' },
    customer: () => ({ licenseArn: newLicenseArn() }),
  },
  'channel-partner': {
    title: 'Through a channel partner',
    simulates: 'Another company made the offer for the seller’s product. AWS tells the seller less of such a purchase.',
    expects: form,
    behavior: { kind: 'customer' },
    purchase: { channelPartner: true },
  },
  'future-dated': {
    title: 'A purchase that begins later',
    simulates: 'The offer is accepted, but the agreement begins only in seven days.',
    expects: form,
    behavior: { kind: 'customer' },
    purchase: { startsInMs: 7 * 24 * 3_600_000 },
  },
  'single-use': {
    title: 'A link that works once',
    simulates: 'AWS Marketplace answers for the token once. Double-click the button to send it twice.',
    expects: 'The registration form, however often the link was sent.',
    behavior: { kind: 'customer' },
    singleUse: true,
  },
} as const satisfies Scenarios
