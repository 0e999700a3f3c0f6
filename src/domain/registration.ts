import type { Contact } from './contact.ts'
import type { Answers } from './own-field.ts'
import type { Claims, Customer } from './customer.ts'

/** `landed`: AWS resolved the token and named the buyer. `registered`: the buyer also sent the form. It never goes back. */
export type RegistrationStatus = 'landed' | 'registered'

/** One for each license or, without a license, for each product and AWS account. */
export type Registration = Customer &
  Claims & {
    /** UUID. */
    readonly id: string
    /** What the complete page shows and the support desk asks for. */
    readonly reference: string
    readonly status: RegistrationStatus
    /** Null until the buyer sends the form. */
    readonly contact: Contact | null
    /** Answers to the product's own fields by name: text, a chosen option's id, a checkbox, or null without an answer. */
    readonly fields: Answers
    /** The labels that the buyer saw, by the field's name. */
    readonly fieldLabels: Readonly<Record<string, string>>
    /** The language the buyer used, as a BCP 47 tag. */
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
    /** The last change of what is stored. A landing that changes nothing does not count. */
    readonly updatedAt: Date
  }
