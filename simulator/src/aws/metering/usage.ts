import { randomUUID } from 'node:crypto'
import { boundedMap } from '../../bounded-map.ts'
import type { Clock } from '../../clock.ts'
import type { Market } from '../../market/market.ts'
import type { Purchase } from '../../market/purchase.ts'
import type { Catalog } from '../../products.ts'
import { constraintError } from '../aws-error.ts'
import type { Operation } from '../service.ts'
import { type Input, numberIn, objectsIn, textIn, timeIn } from '../wire/input.ts'
import {
  checkAllocations,
  checkedTime,
  customerIn,
  dimensionIn,
  filledTextIn,
  meteringError,
  type UsageRecord,
} from './usage-record.ts'

const hourMs = 3_600_000
const batchMaxAgeMs = 24 * hourMs
const singleMaxAgeMs = 6 * hourMs
/** How long after the end of an agreement the last usage may be reported. */
const finalUsageMs = hourMs
const maxRecords = 25

type Metered = { readonly id: string; readonly quantity: number }

/**
 * BatchMeterUsage and MeterUsage. A dimension whose name starts with `unknown` is rejected. A record
 * of a dimension that starts with `unprocessed` is returned as unprocessed the first time.
 */
export function createUsage(market: Market, clock: Clock, { products }: Catalog) {
  const metered = boundedMap<string, Metered>(100_000)
  const returned = boundedMap<string, true>(10_000)

  function meter(key: string, quantity: number): Metered | 'duplicate' {
    const before = metered.get(key)
    if (before !== undefined) return before.quantity === quantity ? before : 'duplicate'
    const made = { id: randomUUID(), quantity }
    metered.set(key, made)
    return made
  }

  function checkProduct(code: string | null): void {
    const isKnown = [...products, ...market.list().map(({ product }) => product)].some((one) => one.code === code)
    if (!isKnown) {
      throw meteringError('InvalidProductCodeException', 'The product code passed does not match with any product.')
    }
  }

  function licensed(license: string): Purchase | undefined {
    return market.list().find((purchase) => purchase.licenseArn === license)
  }

  /** One wrong license, or one of another product, fails the whole request. */
  function checkLicenses(records: readonly UsageRecord[], productCode: string | null): void {
    const licenses = records.flatMap(({ license }) => (license === null ? [] : [license]))
    if (productCode !== null && licenses.length > 0) {
      throw meteringError(
        'InvalidProductCodeException',
        'ProductCode and LicenseArn cannot be used in the same request.',
      )
    }
    if (productCode === null && licenses.length < records.length) {
      throw meteringError('InvalidProductCodeException', 'ProductCode is required for records without LicenseArn.')
    }
    const codes = licenses.map((license) => licensed(license)?.product.code)
    if (codes.includes(undefined)) throw meteringError('InvalidLicenseException', 'The LicenseArn is not valid.')
    if (new Set(codes).size > 1) {
      throw meteringError('InvalidLicenseException', 'All licenses of one request must belong to the same product.')
    }
  }

  function subscriptionOf(record: UsageRecord, productCode: string | null): Purchase | undefined {
    const { accountId, identifier, license } = record
    return market.list().findLast((purchase) => {
      if (productCode !== null && purchase.product.code !== productCode) return false
      if (license !== null && purchase.licenseArn !== license) return false
      if (accountId !== null && purchase.awsAccountId !== accountId) return false
      if (identifier !== null && purchase.customerIdentifier !== identifier) return false
      return purchase.endedAt === null || clock.now() <= purchase.endedAt + finalUsageMs
    })
  }

  function read(given: Input): UsageRecord {
    const field = 'usageRecords.1.member.timestamp'
    const at = checkedTime(timeIn(given, 'Timestamp'), { clock, maxAgeMs: batchMaxAgeMs, field })
    const dimension = dimensionIn(given, 'Dimension')
    const quantity = numberIn(given, 'Quantity') ?? 0
    checkAllocations(given, quantity)
    return { given, at, dimension, quantity, ...customerIn(given) }
  }

  function resultOf(record: UsageRecord, productCode: string | null): object {
    const purchase = subscriptionOf(record, productCode)
    if (purchase === undefined) return { UsageRecord: record.given, Status: 'CustomerNotSubscribed' }
    const { at, dimension, quantity } = record
    const outcome = meter([purchase.id, dimension, hourOf(at)].join(' '), quantity)
    if (outcome === 'duplicate') return { UsageRecord: record.given, Status: 'DuplicateRecord' }
    return { UsageRecord: record.given, MeteringRecordId: outcome.id, Status: 'Success' }
  }

  function isUnprocessed({ dimension, at, accountId, license }: UsageRecord): boolean {
    const key = [dimension, hourOf(at), accountId, license].join(' ')
    if (!dimension.startsWith('unprocessed') || returned.get(key) !== undefined) return false
    returned.set(key, true)
    return true
  }

  const batchMeterUsage: Operation = (input) => {
    const productCode = filledTextIn(input, 'ProductCode')
    if (productCode !== null) checkProduct(productCode)
    const given = objectsIn(input, 'UsageRecords')
    if (given === null) throw constraintError('usageRecords', 'Value null', 'Member must not be null')
    if (given.length > maxRecords) {
      const constraint = 'Member must have length less than or equal to 25'
      throw constraintError('usageRecords', `Value of length ${given.length.toString()}`, constraint)
    }
    const records = given.map(read)
    checkLicenses(records, productCode)
    const unprocessed = records.filter(isUnprocessed)
    return {
      Results: records.filter((record) => !unprocessed.includes(record)).map((record) => resultOf(record, productCode)),
      UnprocessedRecords: unprocessed.map((record) => record.given),
    }
  }

  const meterUsage: Operation = (input) => {
    const productCode = textIn(input, 'ProductCode')
    checkProduct(productCode)
    const at = checkedTime(timeIn(input, 'Timestamp'), { clock, maxAgeMs: singleMaxAgeMs, field: 'timestamp' })
    const dimension = dimensionIn(input, 'UsageDimension')
    const quantity = numberIn(input, 'UsageQuantity') ?? 0
    checkAllocations(input, quantity)
    if (input['DryRun'] === true)
      throw meteringError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.')
    const outcome = meter([productCode, dimension, hourOf(at)].join(' '), quantity)
    if (outcome === 'duplicate') {
      const message =
        'A metering record has already been emitted by the same EC2 instance for the given hour and dimension.'
      throw meteringError('DuplicateRequestException', message)
    }
    return { MeteringRecordId: outcome.id }
  }

  return { BatchMeterUsage: batchMeterUsage, MeterUsage: meterUsage }
}

/** AWS meters by the hour. */
function hourOf(at: number): string {
  return Math.floor(at / hourMs).toString()
}
