import { randomUUID } from 'node:crypto'
import { boundedMap } from '../../bounded-map.ts'
import type { Clock } from '../../clock.ts'
import type { Market } from '../../market/market.ts'
import type { Purchase } from '../../market/purchase.ts'
import { validationError } from '../aws-error.ts'
import { type Input, numberIn, objectsIn, textIn, timeIn } from '../wire/input.ts'
import type { Operation } from '../service.ts'
import { checkAllocations, dimensionIn, refusal } from './usage-checks.ts'

const hourMs = 3_600_000
const batchPastMs = 24 * hourMs
const singlePastMs = 6 * hourMs
/** The last usage may be reported this long after the agreement ended. */
const finalUsageMs = hourMs
const mostRecords = 25

type Metered = { readonly id: string; readonly quantity: number }

type UsageRecord = {
  readonly given: Input
  readonly at: number
  readonly dimension: string
  readonly quantity: number
  readonly accountId: string | null
  readonly identifier: string | null
  readonly license: string | null
}

/**
 * BatchMeterUsage and MeterUsage. A dimension whose name begins with `unknown` is refused; a record of one that begins with
 * `unprocessed` comes back unprocessed the first time.
 */
export function createUsage(market: Market, clock: Clock, productCode: string) {
  const metered = boundedMap<string, Metered>(100_000)
  const seen = boundedMap<string, true>(10_000)

  function meter(key: string, quantity: number): Metered | 'duplicate' {
    const before = metered.get(key)
    if (before !== undefined) return before.quantity === quantity ? before : 'duplicate'
    const made = { id: randomUUID(), quantity }
    metered.set(key, made)
    return made
  }

  function checkTime(at: number | null, pastMs: number, field: string): number {
    if (at === null) throw validationError(field, 'Value null', 'Member must not be null')
    const age = clock.now() - at
    if (age <= pastMs && age >= -hourMs) return at
    const hours = (pastMs / hourMs).toString()
    throw refusal(
      'TimestampOutOfBoundsException',
      `Timestamp must be within the last ${hours} hours and not in the future.`,
    )
  }

  function checkProduct(code: string | null): void {
    const known = code === productCode || market.list().some((purchase) => purchase.productCode === code)
    if (!known) throw refusal('InvalidProductCodeException', 'The product code passed does not match with any product.')
  }

  function subscribed(record: UsageRecord, code: string | null): Purchase | undefined {
    const { accountId, identifier, license } = record
    return market.list().findLast((purchase) => {
      if (code !== null && purchase.productCode !== code) return false
      if (license !== null && purchase.licenseArn !== license) return false
      if (accountId !== null && purchase.awsAccountId !== accountId) return false
      if (identifier !== null && purchase.customerIdentifier !== identifier) return false
      return purchase.endedAt === null || clock.now() <= purchase.endedAt + finalUsageMs
    })
  }

  function licensed(license: string): Purchase | undefined {
    return market.list().find((purchase) => purchase.licenseArn === license)
  }

  function productsOf(records: readonly UsageRecord[]): ReadonlySet<string> {
    return new Set(records.flatMap(({ license }) => (license === null ? [] : (licensed(license)?.productCode ?? []))))
  }

  function read(given: Input): UsageRecord {
    const record = {
      given,
      at: checkTime(timeIn(given, 'Timestamp'), batchPastMs, 'usageRecords.1.member.timestamp'),
      dimension: dimensionIn(given, 'Dimension'),
      quantity: numberIn(given, 'Quantity') ?? 0,
      accountId: filled(textIn(given, 'CustomerAWSAccountId')),
      identifier: filled(textIn(given, 'CustomerIdentifier')),
      license: filled(textIn(given, 'LicenseArn')),
    }
    checkAllocations(given, record.quantity)
    if (record.accountId === null && record.identifier === null) {
      const message = 'Either CustomerIdentifier or CustomerAWSAccountId is required.'
      throw refusal('InvalidCustomerIdentifierException', message)
    }
    if (record.license !== null && !licensed(record.license)) {
      throw refusal('InvalidLicenseException', 'The LicenseArn is not valid for the product.')
    }
    // A customer identifier marks a product from before concurrent agreements.
    if (record.identifier === null && record.license === null) {
      throw refusal('InvalidLicenseException', 'LicenseArn is required for products with concurrent agreements.')
    }
    return record
  }

  function result(record: UsageRecord, code: string | null): object {
    const purchase = subscribed(record, code)
    if (purchase === undefined) return { UsageRecord: record.given, Status: 'CustomerNotSubscribed' }
    const { at, dimension, quantity } = record
    const outcome = meter([purchase.id, dimension, hourOf(at)].join(' '), quantity)
    if (outcome === 'duplicate') return { UsageRecord: record.given, Status: 'DuplicateRecord' }
    return { UsageRecord: record.given, MeteringRecordId: outcome.id, Status: 'Success' }
  }

  function unprocessed({ dimension, at, accountId, license }: UsageRecord): boolean {
    const key = [dimension, hourOf(at), accountId, license].join(' ')
    if (!dimension.startsWith('unprocessed') || seen.get(key) !== undefined) return false
    seen.set(key, true)
    return true
  }

  const batchMeterUsage: Operation = (input) => {
    const code = filled(textIn(input, 'ProductCode'))
    if (code !== null) checkProduct(code)
    const given = objectsIn(input, 'UsageRecords')
    if (given === null) throw validationError('usageRecords', 'Value null', 'Member must not be null')
    if (given.length > mostRecords) {
      const constraint = 'Member must have length less than or equal to 25'
      throw validationError('usageRecords', `Value of length ${given.length.toString()}`, constraint)
    }
    const records = given.map(read)
    if (code !== null && records.some(({ license }) => license !== null)) {
      throw refusal('InvalidProductCodeException', 'ProductCode and LicenseArn cannot be used in the same request.')
    }
    if (productsOf(records).size > 1) {
      throw refusal('InvalidLicenseException', 'All licenses of one request must belong to the same product.')
    }
    if (code === null && records.some(({ license }) => license === null)) {
      throw refusal('InvalidProductCodeException', 'ProductCode is required for records without LicenseArn.')
    }
    const late = records.filter(unprocessed)
    return {
      Results: records.filter((record) => !late.includes(record)).map((record) => result(record, code)),
      UnprocessedRecords: late.map((record) => record.given),
    }
  }

  const meterUsage: Operation = (input) => {
    const code = textIn(input, 'ProductCode')
    checkProduct(code)
    const at = checkTime(timeIn(input, 'Timestamp'), singlePastMs, 'timestamp')
    const dimension = dimensionIn(input, 'UsageDimension')
    const quantity = numberIn(input, 'UsageQuantity') ?? 0
    checkAllocations(input, quantity)
    if (input['DryRun'] === true)
      throw refusal('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.')
    const outcome = meter([code, dimension, hourOf(at)].join(' '), quantity)
    if (outcome === 'duplicate') {
      const message =
        'A metering record has already been emitted by the same EC2 instance for the given hour and dimension.'
      throw refusal('DuplicateRequestException', message)
    }
    return { MeteringRecordId: outcome.id }
  }

  return { BatchMeterUsage: batchMeterUsage, MeterUsage: meterUsage }
}

// AWS meters by the hour.
function hourOf(at: number): string {
  return Math.floor(at / hourMs).toString()
}

function filled(text: string | null): string | null {
  return text === null || text.trim() === '' ? null : text
}
