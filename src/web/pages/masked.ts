import { noValues, type Contact, type ContactValues } from '../../domain/contact.ts'

/** `j•••@example.com`: its owner recognizes it, and nobody else can use it. */
export function maskedEmail(email: string): string {
  const at = email.lastIndexOf('@')
  return at < 0 ? '•••' : `${maskedName(email.slice(0, at))}${email.slice(at)}`
}

/** The contact details for a visitor who may be another person. An empty phone number stays empty. */
export function maskedContact({ email, name, company, phone }: Contact): ContactValues {
  return {
    email: maskedEmail(email),
    name: maskedName(name),
    company: maskedName(company),
    phone: phone === null ? '' : `•••${phone.slice(-2)}`,
  }
}

/** The contact details as the form holds them. */
export function fullContact(contact: Contact): ContactValues {
  return { ...noValues, ...contact, phone: contact.phone ?? '' }
}

function maskedName(text: string): string {
  const [first = ''] = text
  return `${first}•••`
}
