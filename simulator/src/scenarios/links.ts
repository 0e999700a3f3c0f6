import { failures } from '../aws/metering/failures.ts'
import type { Scenarios } from './scenario.ts'

export const links = {
  expired: {
    title: 'An expired link',
    simulates: 'The buyer took too long, and the token has expired.',
    expects: 'That the link has expired, and that clicking “Set up your account” again gives a new one.',
    behavior: failures.expiredToken,
  },
  invalid: {
    title: 'An invalid link',
    simulates: 'AWS Marketplace does not know the token.',
    expects: 'That the link does not work, and how to get another one.',
    behavior: failures.invalidToken,
  },
  'other-product': {
    title: 'Another product',
    simulates: 'The token is valid, but belongs to a product that is not registered here.',
    expects: 'That this purchase belongs to another product, and whom to contact.',
    behavior: { kind: 'customer' },
    customer: () => ({ productCode: 'anotherproductcode0000001' }),
  },
} as const satisfies Scenarios
