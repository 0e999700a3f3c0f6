import { createCredentials, type Role } from './credentials.ts'
import { createTransport } from './transport.ts'

export type JobClientOptions = {
  readonly region: string
  readonly role: Role | null
  /** The longest wait for the head of an answer, and then between two pieces of its body. */
  readonly waitMs: number
  readonly maxSockets?: number
  /** In bytes. A page of agreements has some 100,000. */
  readonly longestAnswer?: number
}

/** How the Agreement and the Entitlement service are called. */
export type CatalogOptions = {
  /** Of ResolveCustomer. */
  readonly region: string
  /** A role in the seller account. */
  readonly role: Role | null
  /** For each page, in milliseconds. */
  readonly deadlineMs?: number
}

/** The settings of the clients that jobs use. They have sockets of their own, so that no buyer waits for them. */
export function jobClient({ region, role, waitMs, maxSockets = 4, longestAnswer = 1024 * 1024 }: JobClientOptions) {
  return {
    region,
    credentials: createCredentials(region, role),
    requestHandler: createTransport({ maxSockets, deadlineMs: waitMs, longestAnswer }),
  }
}
