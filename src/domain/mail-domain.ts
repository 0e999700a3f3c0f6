/** Large mail services. Short names are omitted, because many other real domains differ from them by one letter. */
const services = [
  'gmail.com',
  'googlemail.com',
  'outlook.com',
  'hotmail.com',
  'yahoo.com',
  'icloud.com',
  'protonmail.com',
  'hotmail.co.uk',
  'yahoo.co.uk',
  't-online.de',
  'hotmail.es',
  'hotmail.fr',
  'wanadoo.fr',
  'orange.fr',
  'yahoo.co.jp',
  'docomo.ne.jp',
  'naver.com',
  'hanmail.net',
  'uol.com.br',
  'yahoo.com.br',
  'hotmail.com.br',
] as const

/** Real domains that differ by one letter from one of the above. */
const neighbors: readonly string[] = ['mail.com', 'email.com', 'ymail.com', 'fmail.com']

/** The probable address if the domain has one typing error in the name of a large mail service; otherwise null. */
export function suggestAddress(email: string): string | null {
  const at = email.lastIndexOf('@') + 1
  const domain = email.slice(at).toLowerCase()
  if (at === 0 || neighbors.includes(domain) || services.some((service) => service === domain)) return null
  const meant = services.find((service) => isOneSlip(domain, service))
  return meant === undefined ? null : `${email.slice(0, at)}${meant}`
}

/** True if one letter is added, missing or wrong, or if two neighboring letters are swapped. */
function isOneSlip(typed: string, meant: string): boolean {
  if (Math.abs(typed.length - meant.length) > 1) return false
  let start = 0
  while (start < typed.length && typed[start] === meant[start]) start += 1
  const [a, b] = [typed.slice(start), meant.slice(start)]
  const swapped = `${a.slice(1, 2)}${a.slice(0, 1)}${a.slice(2)}`
  return a.slice(1) === b || a === b.slice(1) || a.slice(1) === b.slice(1) || swapped === b
}
