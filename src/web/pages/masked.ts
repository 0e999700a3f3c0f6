import { noValues, type Contact, type ContactValues } from '../../domain/contact.ts'

/** `j•••@example.com`: recognizable for its owner, but not usable for anybody else. */
export function maskedEmail(email: string): string {
  const at = email.lastIndexOf('@')
  return at < 0 ? '•••' : `${maskedName(email.slice(0, at))}${email.slice(at)}`
}

/** The masked contact details, for a person who may not be the buyer. An empty phone number stays empty. */
export function maskedContact({ email, name, company, phone }: Contact): ContactValues {
  return {
    email: maskedEmail(email),
    name: maskedName(name),
    company: maskedName(company),
    phone: phone === null ? '' : `•••${phone.slice(-2)}`,
  }
}

/** The contact details as values of the form. */
export function fullContact(contact: Contact): ContactValues {
  return { ...noValues, ...contact, phone: contact.phone ?? '' }
}

function maskedName(text: string): string {
  const [first = ''] = text
  return `${first}•••`
}
