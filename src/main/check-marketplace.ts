import type { Logger } from 'pino'
import { probe } from '../aws/probe.ts'
import type { ResolveCustomer } from '../domain/customer.ts'

export type CheckMarketplaceOptions = {
  readonly logger: Pick<Logger, 'warn'>
  /** The service is stopping: what fails now says nothing. */
  readonly isOver: () => boolean
}

/** Tries ResolveCustomer with a token that cannot be valid, and logs what would meet buyers. Never rejects. */
export async function checkMarketplace(
  resolveCustomer: ResolveCustomer,
  { logger, isOver }: CheckMarketplaceOptions,
): Promise<void> {
  const failure = await probe(resolveCustomer)
  if (failure === null || isOver()) return
  const { cause, hint, facts } = failure.details
  logger.warn({ code: failure.code, ...facts, hint, cause: String(cause) }, 'ResolveCustomer would fail')
}
