import { createCredentials, type Role } from './credentials.ts'
import { createTransport } from './transport.ts'

type JobClientOptions = {
  readonly region: string
  readonly role: Role | null
  /** The longest wait for the headers of a response, and between two parts of its body. */
  readonly waitMs: number
  readonly maxSockets?: number
  /** In bytes. A page of agreements has about 100,000. */
  readonly longestAnswer?: number
}

/** Settings of the Agreement and the Entitlement service. */
export type CatalogOptions = {
  /** The Region of ResolveCustomer. */
  readonly region: string
  /** A role in the seller account. */
  readonly role: Role | null
  /** The limit for each page, in milliseconds. */
  readonly deadlineMs?: number
}

/** Settings of the clients for jobs. Jobs have their own sockets, so that a buyer never waits for a job. */
export function jobClient({ region, role, waitMs, maxSockets = 4, longestAnswer = 1024 * 1024 }: JobClientOptions) {
  return {
    region,
    credentials: createCredentials(region, role),
    requestHandler: createTransport({ maxSockets, deadlineMs: waitMs, longestAnswer }),
  }
}
