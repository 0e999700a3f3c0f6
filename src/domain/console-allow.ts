import type { Identity } from './sign-in.ts'

/** Who may use the console: addresses and `@domains` in lower case, or everybody whom the provider admits. */
export type ConsoleAllow = 'everybody' | readonly string[]

export type NotAllowed = 'email-missing' | 'email-unverified' | 'not-allowed'

/** The reason why this person may not use the console; null if the person may. */
export function notAllowed({ email, emailVerified }: Identity, allow: ConsoleAllow): NotAllowed | null {
  if (allow === 'everybody') return null
  if (email === null) return 'email-missing'
  if (!emailVerified) return 'email-unverified'
  const address = lowerCase(email)
  const domain = address.slice(address.lastIndexOf('@'))
  return allow.includes(address) || allow.includes(domain) ? null : 'not-allowed'
}

/** Changes ASCII letters only, because `toLowerCase` would turn some other characters into ASCII letters. */
export function lowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
