import type { Branding } from '../domain/product.ts'
import { fill, namesIn, type Catalog } from './languages.ts'

/** The facts with which support finds a registration. They contain nothing that the buyer typed. */
export type SupportCase = {
  readonly reference: string | null
  /** Null if not known. The mail then has an empty place for it. */
  readonly awsAccountId: string | null
}

/** A `mailto:` link to support with subject and text. Null if support has no email address. */
export function supportMailto(branding: Branding, words: Catalog, about: SupportCase): string | null {
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
  // Lines end in CR LF (RFC 6068). The buyer writes below them.
  const body = encodeURIComponent([...lines, '', ''].join('\r\n'))
  return `mailto:${encodeURIComponent(branding.supportEmail).replace('%40', '@')}?subject=${subject}&body=${body}`
}
