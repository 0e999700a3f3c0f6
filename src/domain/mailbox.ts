import { domainToASCII } from 'node:url'

/** Normalizes an address: NFKC, and the domain in lower case. */
export function normalizedAddress(address: string): string {
  const { local, domain } = parts(address.normalize('NFKC').trim())
  return `${local}${domain.replaceAll('。', '.').toLowerCase()}`
}

/** A key that is equal for all spellings of an address, with the domain in punycode. Not an address to send to. */
export function mailboxKey(address: string): string {
  const { local, domain } = parts(normalizedAddress(address))
  // Returns an empty string for an invalid domain.
  return `${local.toLowerCase()}${domainToASCII(domain) || domain}`
}

/** The local part includes the `@`. Without an `@`, the whole text is the local part. */
function parts(address: string): { readonly local: string; readonly domain: string } {
  const at = address.lastIndexOf('@') + 1
  return at === 0 ? { local: address, domain: '' } : { local: address.slice(0, at), domain: address.slice(at) }
}
