/** A search for a buyer, with all possible meanings of the typed text. */
export type SearchTerm = {
  /** The typed text on one line, to find parts of names, addresses, licenses, accounts and references. */
  readonly text: string
  readonly reference: string | null
  readonly awsAccountId: string | null
  /** The last part of a license ARN. */
  readonly licenseId: string | null
  readonly agreementId: string | null
  /** The text after the `@`; null if there is none. */
  readonly mailDomain: string | null
}

/** In characters. Longer than any stored address or ARN. */
const longest = 300

/** Parses a search term; null if it is blank. */
export function parseSearchTerm(typed: string): SearchTerm | null {
  // Copied text may contain invisible characters.
  const text = typed.slice(0, longest).replaceAll(/\s+/g, ' ').replaceAll(/\p{C}/gu, '').normalize('NFC').trim()
  if (text === '') return null
  const lastPart = text.slice(text.lastIndexOf(':') + 1)
  const digits = text.replaceAll(/[\s-]/g, '')
  return {
    text,
    reference: referenceIn(text),
    awsAccountId: /^\d{12}$/.test(digits) ? digits : null,
    licenseId: /^l-[\w-]+$/.test(lastPart) ? lastPart : null,
    agreementId: /^agmt-[\w-]+$/.test(text) ? text : null,
    mailDomain: /@([^@\s]+)$/.exec(text)?.[1]?.toLowerCase() ?? null,
  }
}

/** Normalizes a reference. People omit hyphens, use lower case, and type I or L for 1 and O for 0. */
function referenceIn(text: string): string | null {
  const characters = text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll(/[IL]/g, '1').replaceAll('O', '0')
  if (!/^[0-9A-HJKMNP-TV-Z]{12}$/.test(characters)) return null
  return `${characters.slice(0, 4)}-${characters.slice(4, 8)}-${characters.slice(8)}`
}
