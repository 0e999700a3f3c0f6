import type { OverdueLimits } from './access.ts'
import type { Registration } from './registration.ts'
import type { SearchTerm } from './search-term.ts'

/**
 * The console's lists of registrations. `waiting`: registered, not ready, and the subscription has not ended. `unfinished`: landed
 * only. `ended`: the subscription has ended.
 */
export const registrationLists = ['waiting', 'unfinished', 'ended', 'all'] as const
export type RegistrationList = (typeof registrationLists)[number]

/** Null for no filter. */
export type ConsoleFilter = {
  readonly productCodes: readonly string[] | null
  readonly term: SearchTerm | null
}

/** A position in a list: after this registration. */
export type ConsolePosition = {
  /** In the list `waiting`, overdue registrations come first. */
  readonly part: 'overdue' | 'later'
  /** `registeredAt` in the list `waiting`, otherwise `landedAt`. */
  readonly at: Date
  readonly id: string
}

export type ConsolePage<Position> = { readonly after: Position | null; readonly limit: number }

export type ConsoleListInput = ConsoleFilter & {
  readonly list: RegistrationList
  readonly overdueLimits: OverdueLimits
}

export type ListedRegistration = Registration & {
  /** True if the subscription has ended. */
  readonly hasEnded: boolean
  /** True if the agreement has ended, but the license is still provisioned. */
  readonly isEnding: boolean
  /** The start of its subscription; null if it is not known. */
  readonly startsAt: Date | null
}

/** An active agreement without a registration. */
export type ListedAgreement = {
  readonly agreementId: string
  readonly awsAccountId: string | null
  readonly licenseArn: string | null
  readonly productId: string | null
  /** The start; if it is not known, the time of the last change. */
  readonly since: Date
}

export type AgreementPosition = { readonly at: Date; readonly id: string }

/** The number of registrations in each step. */
export type Counts = {
  readonly landed: number
  readonly registered: number
  readonly ready: number
  readonly unfinished: number
  readonly waiting: number
  readonly overdue: number
  readonly ended: number
  readonly unregistered: number
}

/** The number of buyers who took each step on a day, in UTC. */
export type Day = {
  /** For example `2026-11-24`. */
  readonly day: string
  readonly landed: number
  readonly registered: number
  readonly ready: number
}

/** The queries of the console's lists. Every method rejects with an `AppError`. */
export type ConsoleLists = {
  /** `waiting`: the longest wait first. Other lists: the newest landing first. */
  readonly list: (input: ConsoleListInput, page: ConsolePage<ConsolePosition>) => Promise<readonly ListedRegistration[]>
  /** Newest first. */
  readonly unregistered: (
    filter: ConsoleFilter,
    page: ConsolePage<AgreementPosition>,
  ) => Promise<readonly ListedAgreement[]>
  readonly count: (filter: Pick<ConsoleFilter, 'productCodes'>, overdueLimits: OverdueLimits) => Promise<Counts>
  /** Omits days without any step. */
  readonly days: (filter: Pick<ConsoleFilter, 'productCodes'>, since: Date) => Promise<readonly Day[]>
}
