import type { Contact } from './contact.ts'
import type { Claims, Customer } from './customer.ts'

/** `landed`: the token was redeemed and AWS named the buyer. `registered`: the buyer also sent the form. It never goes back. */
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
    /** The language the buyer used, as a BCP 47 tag. */
    readonly language: string | null
    readonly landedAt: Date
    readonly lastLandedAt: Date
    readonly registeredAt: Date | null
    /** When what is stored about the customer last changed. A landing that changes nothing does not count. */
    readonly updatedAt: Date
  }
