import { licenceArn, newLicenceArn, randomId } from '../customer.ts'
import type { Scenarios } from './scenario.ts'

// The same on every start, so that a buyer who came yesterday comes back today.
const regular = { awsAccountId: '012345678901', licenseArn: licenceArn('5a3e1c0c7d9b4f6e8a2b4c6d8e0f1a2b') }
const secondLicence = licenceArn('c4d5e6f708192a3b4c5d6e7f8091a2b3')

const form = 'The registration form.'

export const purchases = {
  'new-buyer': {
    title: 'A new buyer',
    simulates: 'Somebody who has just subscribed. Each time this page is loaded, it is another buyer.',
    expects: form,
    behaviour: { kind: 'customer' },
    claims: true,
  },
  'same-licence': {
    title: 'The same licence again',
    simulates: 'One and the same purchase each time, with a new link, as when a buyer comes back later.',
    expects: 'The registration form; once registered, that the registration is complete.',
    behaviour: { kind: 'customer' },
    customer: () => regular,
  },
  'second-licence': {
    title: 'A second licence of one account',
    simulates: 'The AWS account of “The same licence again” bought the product once more.',
    expects: 'A registration form of its own, even when the first licence is registered.',
    behaviour: { kind: 'customer' },
    customer: () => ({ ...regular, licenseArn: secondLicence }),
    claims: true,
  },
  'free-trial': {
    title: 'A free trial',
    simulates: 'The offer is a free trial, and the link says so.',
    expects: form,
    behaviour: { kind: 'customer' },
    offerType: 'free-trial',
    claims: true,
  },
  legacy: {
    title: 'An older product',
    simulates: 'AWS Marketplace names a customer identifier and no licence, as it did before 2026.',
    expects: form,
    behaviour: { kind: 'customer' },
    customer: () => ({ licenseArn: null, customerIdentifier: randomId(12) }),
  },
  'no-licence': {
    title: 'Neither licence nor identifier',
    simulates: 'AWS Marketplace names only the AWS account and the product.',
    expects: form,
    behaviour: { kind: 'customer' },
    customer: () => ({ licenseArn: null }),
  },
  'late-licence': {
    title: 'A licence that comes late',
    simulates: 'The first answer for a purchase has no licence, the next one has. Click, come back, click again.',
    expects: 'The registration form, both times for one and the same registration.',
    behaviour: { kind: 'late-licence' },
    customer: () => ({ licenseArn: newLicenceArn() }),
  },
  'single-use': {
    title: 'A link that works once',
    simulates: 'AWS Marketplace answers for the token once. Double-click the button to send it twice.',
    expects: 'The registration form, however often the link was sent.',
    behaviour: { kind: 'customer' },
    singleUse: true,
  },
} as const satisfies Scenarios
