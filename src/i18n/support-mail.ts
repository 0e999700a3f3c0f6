import type { Branding } from '../domain/product.ts'
import { fill, namesIn, type Catalogue } from './languages.ts'

/** What support needs to find a registration. A buyer typed none of it. */
export type SupportCase = {
  readonly reference: string | null
  /** Null where it is not known. The mail then leaves its place empty. */
  readonly awsAccountId: string | null
}

/** A link to a mail to the seller's support, with subject and text filled in. Null where support has no address. */
export function supportMailto(branding: Branding, words: Catalogue, about: SupportCase): string | null {
  if (branding.supportEmail === null) return null
  const { layout, complete, registration: form } = words
  const { reference, awsAccountId } = about
  const labeled = (label: string, value: string) => fill(layout.labeled, { label, value })
  const pattern = reference === null ? layout.supportSubject : layout.supportSubjectReference
  const lines = [
    ...(reference === null ? [] : [labeled(complete.reference, reference)]),
    ...(branding.productName === null ? [] : [labeled(form.product, branding.productName)]),
    labeled(form.account, awsAccountId ?? ''),
  ]
  const subject = encodeURIComponent(fill(pattern, { ...namesIn(branding), reference: reference ?? '' }))
  // Lines of a mail end in CR LF (RFC 6068). The buyer writes below them.
  const body = encodeURIComponent([...lines, '', ''].join('\r\n'))
  return `mailto:${encodeURIComponent(branding.supportEmail).replace('%40', '@')}?subject=${subject}&body=${body}`
}
