import { z } from 'zod'
import { invalidInAddress, invalidInText } from './characters.ts'
import { normalizedAddress } from './mailbox.ts'

export const contactFields = ['email', 'name', 'company', 'phone'] as const
export type ContactField = (typeof contactFields)[number]

/** The contact details that the buyer typed. */
export type Contact = {
  readonly email: string
  readonly name: string
  readonly company: string
  readonly phone: string | null
}

/** Errors of a field. Each one has its own sentence on the page. */
export type InvalidReason = 'missing' | 'too-long' | 'invalid' | 'invisible'
export type InvalidContact = Readonly<Partial<Record<ContactField, InvalidReason>>>

/** The typed values, to show them again. */
export type ContactValues = Readonly<Record<ContactField, string>>

export const noValues: ContactValues = { email: '', name: '', company: '', phone: '' }

/** The longest value of each field, in characters. Email addresses have at most 254 (RFC 5321). */
export const longest = { email: 254, name: 200, company: 200, phone: 50 } as const satisfies Record<
  ContactField,
  number
>

/** Accepts plus addressing and internationalized addresses. Rejects several addresses, spaces and display names. */
const emailPattern =
  /^[^\s@",;:<>()[\]\\]{1,64}@(?:[\p{L}\p{N}][\p{L}\p{M}\p{N}-]*\.)+[\p{L}\p{N}][\p{L}\p{M}\p{N}-]*$/u
/** Requires three digits before the first letter: accepts `+1 206 555 0100 ext. 7`, rejects `call me 999`. */
const phonePattern = /^(?:\P{L}*?\p{N}){3}/u
/** Matches an address copied from a mail program: `mailto:jane@example.com`, `Jane Doe <jane@example.com>`. */
const copiedAddress = /^(?:mailto:(?<link>[^?]*)(?:\?.*)?|[^<>@\p{Cc}]*<(?:mailto:)?(?<bracketed>[^<>]*)>)$/iu
/** In characters. Normalizing takes quadratic time, which is seconds for the longest text that a form's body allows. */
const longestNormalized = 4 * Math.max(...Object.values(longest))
/** Phones add direction controls around a number that is copied from their contacts. */
const ends = /^[\s\p{Bidi_Control}]+|[\s\p{Bidi_Control}]+$/gu

const typed = (normalize: (text: string) => string) =>
  z
    .string()
    .catch('')
    .transform((text) => text.trim())
    .transform((text) => (text.length > longestNormalized ? text : normalize(text).replace(ends, '')))
const composed = typed((text) => text.normalize('NFC'))
const address = typed((text) => normalizedAddress(bareAddress(text.normalize('NFKC').replace(ends, ''))))
const form = z.object({ email: address, name: composed, company: composed, phone: composed })

/** The phone field of a form. */
export type PhoneField = 'off' | 'optional' | 'required'

/** If `phone` is absent, the form has no phone field and the stored number is kept. */
export type SentContact = Omit<Contact, 'phone'> & { readonly phone?: string | null }

type ParsedContact =
  { readonly contact: SentContact } | { readonly invalidFields: InvalidContact; readonly values: ContactValues }

/** Reads and normalizes the four fields of the form. */
export function readContactValues(body: unknown): ContactValues {
  return form.catch(noValues).parse(body)
}

/** Returns the contact details, or the error of each invalid field with the typed values. */
export function parseContact(body: unknown, phoneField: PhoneField): ParsedContact {
  const values = readContactValues(body)
  const entries = contactFields.flatMap((field) => {
    if (field === 'phone' && phoneField === 'off') return []
    const reason = reasonOf(field, values[field], phoneField)
    return reason === null ? [] : [[field, reason] as const]
  })
  if (entries.length > 0) return { invalidFields: Object.fromEntries(entries), values }
  const { phone, ...contact } = values
  return { contact: phoneField === 'off' ? contact : { ...contact, phone: phone === '' ? null : phone } }
}

function reasonOf(field: ContactField, text: string, phoneField: PhoneField): InvalidReason | null {
  if (text === '') return field === 'phone' && phoneField === 'optional' ? null : 'missing'
  if (Array.from(text).length > longest[field]) return 'too-long'
  const characters = field === 'name' || field === 'company' ? invalidInText(text) : invalidInAddress(text)
  if (characters !== null) return characters
  if (field === 'email' && !emailPattern.test(text)) return 'invalid'
  if (field === 'phone' && !phonePattern.test(text)) return 'invalid'
  return null
}

/** Returns only the address from text that was copied from a mail program. */
function bareAddress(text: string): string {
  const { link, bracketed } = copiedAddress.exec(text)?.groups ?? {}
  return (link ?? bracketed ?? text).trim()
}
