import { licenseIdOf } from '../../domain/license.ts'
import type { Registration } from '../../domain/registration.ts'
import type { Catalog } from '../../i18n/languages.ts'
import { plain, type Piece } from './moment.ts'

/** A line of a list of facts. An `id` may wrap at any character. */
export type Fact = { readonly label: string; readonly value: Piece; readonly kind: 'id' | 'text' }

export function fact(label: string, value: string | Piece): Fact {
  return { label, value: typeof value === 'string' ? plain(value) : value, kind: 'text' }
}

export type Purchase = Pick<Registration, 'reference' | 'awsAccountId' | 'licenseArn' | 'offerType'>

/** The facts that identify this purchase: account, the link's offer type, reference, license. */
export function purchaseFacts({ registration: words, complete }: Catalog, purchase: Purchase): readonly Fact[] {
  const { licenseArn } = purchase
  return [
    id(words.account, purchase.awsAccountId),
    // The only known offer type of AWS Marketplace. It is unsigned, so the label states that it comes from the link.
    ...(purchase.offerType === 'free-trial' ? [fact(words.offer, words.freeTrial)] : []),
    id(complete.reference, purchase.reference),
    ...(licenseArn === null ? [] : [id(words.license, licenseIdOf(licenseArn))]),
  ]
}

function id(label: string, value: string): Fact {
  return { label, value: plain(value), kind: 'id' }
}
