import type { Contact } from './contact.ts'
import type { Answers } from './own-field.ts'
import type { Claims, Customer } from './customer.ts'

/** `landed`: AWS resolved the token. `registered`: the buyer also submitted the form. Never goes back. */
export type RegistrationStatus = 'landed' | 'registered'

/** One for each license or, without a license, for each product and AWS account. */
export type Registration = Customer &
  Claims & {
    /** UUID. */
    readonly id: string
    /** The reference on the last page, which support staff ask for. */
    readonly reference: string
    readonly status: RegistrationStatus
    /** Null until the buyer submits the form. */
    readonly contact: Contact | null
    /** Answers to the product's own fields by name: text, the id of an option, the state of a checkbox, or null. */
    readonly fields: Answers
    /** The labels that the buyer saw, by field name. */
    readonly fieldLabels: Readonly<Record<string, string>>
    /** The language of the buyer, as a BCP 47 tag. */
    readonly language: string | null
    readonly landedAt: Date
    readonly lastLandedAt: Date
    readonly registeredAt: Date | null
    /** When the seller marked access as ready. */
    readonly readyAt: Date | null
    /** The actor that marked it. */
    readonly readyBy: string | null
    readonly readyUrl: string | null
    readonly readyMessage: string | null
    /** The last change of the stored data. A landing that changes nothing does not count. */
    readonly updatedAt: Date
  }
