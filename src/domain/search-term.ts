/** What a person of the seller types to find a buyer. Each reading of it that is possible counts. */
export type SearchTerm = {
  /** As it was typed, on one line. For parts of what buyers typed, and of license, account and reference. */
  readonly text: string
  readonly reference: string | null
  readonly awsAccountId: string | null
  /** The last part of a license's ARN. */
  readonly licenseId: string | null
  readonly agreementId: string | null
  /** What follows the `@`, where something does. */
  readonly mailDomain: string | null
}

/** In characters. Longer than any address or ARN that is stored. */
const longest = 300

/** Reads a search term. Null where it is blank. */
export function parseSearchTerm(typed: string): SearchTerm | null {
  // Copied text may have invisible characters.
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

/** A reference as it is stored. People write it with or without hyphens, in lower case, and take 1 for I or L and 0 for O. */
function referenceIn(text: string): string | null {
  const characters = text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll(/[IL]/g, '1').replaceAll('O', '0')
  if (!/^[0-9A-HJKMNP-TV-Z]{12}$/.test(characters)) return null
  return `${characters.slice(0, 4)}-${characters.slice(4, 8)}-${characters.slice(8)}`
}
