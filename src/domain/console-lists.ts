import type { OverdueLimits } from './access.ts'
import type { Registration } from './registration.ts'
import type { SearchTerm } from './search-term.ts'

/**
 * The console's lists of registrations. `waiting`: registered, not ready, and the subscription has not ended. `unfinished`: landed
 * only. `ended`: the subscription has ended.
 */
export const registrationLists = ['waiting', 'unfinished', 'ended', 'all'] as const
export type RegistrationList = (typeof registrationLists)[number]

/** Null where it does not filter. */
export type ConsoleFilter = {
  readonly productCodes: readonly string[] | null
  readonly term: SearchTerm | null
}

/** A place in a list: after this registration. */
export type ConsolePosition = {
  /** In the list `waiting`, those that are overdue come first. */
  readonly part: 'overdue' | 'later'
  /** `registeredAt` in the list `waiting`, else `landedAt`. */
  readonly at: Date
  readonly id: string
}

export type ConsolePage<Position> = { readonly after: Position | null; readonly limit: number }

export type ConsoleListInput = ConsoleFilter & {
  readonly list: RegistrationList
  readonly overdueLimits: OverdueLimits
}

export type ListedRegistration = Registration & {
  /** Whether the subscription has ended. */
  readonly hasEnded: boolean
}

/** An agreement that is active, and with whose license nobody landed. */
export type ListedAgreement = {
  readonly agreementId: string
  readonly awsAccountId: string | null
  readonly licenseArn: string | null
  readonly productId: string | null
  /** When it starts; where that is not known, when it changed last. */
  readonly since: Date
}

export type AgreementPosition = { readonly at: Date; readonly id: string }

/** How many registrations are in each step. */
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

/** How many buyers took each step on a day, in UTC. */
export type Day = {
  /** Such as `2026-11-24`. */
  readonly day: string
  readonly landed: number
  readonly registered: number
  readonly ready: number
}

/** The queries of the console's lists. Every method rejects with an `AppError`. */
export type ConsoleLists = {
  /** `waiting`: the longest wait first. The others: the newest landing first. */
  readonly list: (input: ConsoleListInput, page: ConsolePage<ConsolePosition>) => Promise<readonly ListedRegistration[]>
  /** The newest first. */
  readonly unregistered: (
    filter: ConsoleFilter,
    page: ConsolePage<AgreementPosition>,
  ) => Promise<readonly ListedAgreement[]>
  readonly count: (filter: Pick<ConsoleFilter, 'productCodes'>, overdueLimits: OverdueLimits) => Promise<Counts>
  /** Days on which nothing happened are left out. */
  readonly days: (filter: Pick<ConsoleFilter, 'productCodes'>, since: Date) => Promise<readonly Day[]>
}
