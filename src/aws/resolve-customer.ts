import { ResolveCustomerCommand, type MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering'
import { z } from 'zod'
import type { Customer, ResolveCustomer } from '../domain/customer.ts'
import { AppError } from '../errors.ts'
import { callWithin } from './deadline.ts'
import { translate } from './exceptions.ts'

type Limits = {
  /** The deadline for one token, retries and credentials included, in milliseconds. */
  readonly deadlineMs: number
  /** The maximum number of concurrent calls. One more fails with `service-busy` instead of waiting. */
  readonly maxInFlight: number
}

/** AWS documents at most 1,230 characters. A PostgreSQL index allows about 2,700 bytes, and its text no NUL. */
const longestField = 1_500

/** Null for an absent, null, empty or blank value. Products listed since July 2026 have no CustomerIdentifier. */
const optionalText = z
  .string()
  .nullish()
  .transform((text) => (text?.trim() ? text : null))
  .pipe(
    z
      .string()
      .max(longestField)
      .regex(/^[\x20-\x7e]*$/)
      .nullable(),
  )

const answer = z.object({
  CustomerAWSAccountId: optionalText,
  ProductCode: optionalText,
  LicenseArn: optionalText,
  CustomerIdentifier: optionalText,
})

/** Calls ResolveCustomer. The call starts at once and always ends within the deadline. */
export function createResolveCustomer(client: MarketplaceMeteringClient, limits: Limits): ResolveCustomer {
  let inFlight = 0
  return async (token) => {
    if (inFlight >= limits.maxInFlight) throw new AppError('service-busy', { facts: { inFlight, attempts: 0 } })
    inFlight += 1
    const startedAt = performance.now()
    const duration = () => ({ durationMs: Math.round(performance.now() - startedAt) })
    try {
      const output = await callWithin(limits.deadlineMs, (abortSignal) =>
        client.send(new ResolveCustomerCommand({ RegistrationToken: token }), { abortSignal }),
      )
      const { requestId, attempts } = output.$metadata
      const call = { awsRequestId: requestId ?? null, attempts: attempts ?? 1, ...duration() }
      return { customer: customerOf(output, call), ...call }
    } catch (error) {
      throw translate(error, token).with(duration())
    } finally {
      inFlight -= 1
    }
  }
}

function customerOf(output: unknown, facts: Readonly<Record<string, unknown>>): Customer {
  const { success, data, error } = answer.safeParse(output)
  if (!success) throw new AppError('marketplace-failed', { cause: error, facts })
  const { CustomerAWSAccountId: awsAccountId, ProductCode: productCode, LicenseArn, CustomerIdentifier } = data
  if (awsAccountId === null || productCode === null)
    throw new AppError('customer-incomplete', {
      facts: { ...facts, productCode, customerAwsAccountId: awsAccountId, licenseArn: LicenseArn },
    })
  return { awsAccountId, productCode, licenseArn: LicenseArn, customerIdentifier: CustomerIdentifier }
}
