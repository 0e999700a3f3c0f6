import { expect, it } from 'vitest'
import { parseSearchTerm } from '../../src/domain/search-term.ts'

it.each(['', '  ', '\n'])('%j is not a search term', (typed) => {
  expect(parseSearchTerm(typed)).toBeNull()
})

it.each([
  ['7K3M-9QXW-2PAB', { reference: '7K3M-9QXW-2PAB' }],
  ['7k3m9qxw2pab', { reference: '7K3M-9QXW-2PAB' }],
  ['7k3m 9qxw 2pab', { reference: '7K3M-9QXW-2PAB' }],
  ['iLo1-00oO-2PAB', { reference: '1101-0000-2PAB' }],
  ['7K3M-9QXW-2PAU', { reference: null }],
  ['0123-4567-8901', { awsAccountId: '012345678901', reference: '0123-4567-8901' }],
  ['01234567890', { awsAccountId: null }],
  ['l-0123abc', { licenseId: 'l-0123abc' }],
  ['arn:aws:license-manager::294406891311:license:l-0123abc', { licenseId: 'l-0123abc' }],
  ['agmt-1a2b', { agreementId: 'agmt-1a2b' }],
  ['jane@Example.com', { mailDomain: 'example.com' }],
  ['@example', { mailDomain: 'example' }],
  ['jane@', { mailDomain: null, text: 'jane@' }],
  ['  Example Buyer ', { text: 'Example Buyer', reference: null, licenseId: null }],
  ['jane\u200b@example.com\u0000', { text: 'jane@example.com' }],
])('a search for %j means %o', (typed, meaning) => {
  expect(parseSearchTerm(typed)).toMatchObject(meaning)
})
