import type { Logger } from 'pino'
import { probe } from '../aws/probe.ts'
import type { ResolveCustomer } from '../domain/customer.ts'

type CheckMarketplaceOptions = {
  readonly logger: Pick<Logger, 'warn'>
  /** Aborted when the service stops. A failure is then ignored. */
  readonly isOver: () => boolean
}

/** Calls ResolveCustomer with a token that cannot be valid and logs the error that buyers would see. Never rejects. */
export async function checkMarketplace(
  resolveCustomer: ResolveCustomer,
  { logger, isOver }: CheckMarketplaceOptions,
): Promise<void> {
  const failure = await probe(resolveCustomer)
  if (failure === null || isOver()) return
  const { cause, hint, facts } = failure.details
  logger.warn({ code: failure.code, ...facts, hint, cause: String(cause) }, 'ResolveCustomer would fail')
}
