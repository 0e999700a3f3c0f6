import type { Registration, RegistrationStatus } from './registration.ts'

/** A position in the list: after this registration. */
export type ListPosition = { readonly updatedAt: Date; readonly id: string }

/** Null for no filter. */
export type ListByChangeInput = {
  readonly status: RegistrationStatus | null
  readonly productCodes: readonly string[] | null
  /** `waiting`: registered and not ready. */
  readonly ready: 'ready' | 'waiting' | null
  /** Inclusive. */
  readonly updatedSince: Date | null
  readonly after: ListPosition | null
  readonly limit: number
}

/** Lists registrations by last change, oldest first. Rejects with an `AppError`. */
export type ListByChange = (input: ListByChangeInput) => Promise<readonly Registration[]>
