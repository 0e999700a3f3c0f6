import { BatchMeterUsageCommand, MeterUsageCommand, type UsageRecord } from '@aws-sdk/client-marketplace-metering'
import { describe, expect, it } from 'vitest'
import { clientsOf, requestId, send } from './clients.ts'
import { aSimulator, rejection } from './support.ts'

async function aSubscriber() {
  const simulator = await aSimulator({ productCode: 'ours' })
  const { metering } = clientsOf(simulator)
  const { customer, purchase } = simulator.issueToken('new-buyer')
  const record = (more: Partial<UsageRecord> = {}): UsageRecord => ({
    Timestamp: new Date(),
    Dimension: 'requests',
    Quantity: 5,
    CustomerAWSAccountId: customer.awsAccountId,
    LicenseArn: customer.licenseArn ?? undefined,
    ...more,
  })
  const batch = (...UsageRecords: UsageRecord[]) => metering.send(new BatchMeterUsageCommand({ UsageRecords }))
  return { simulator, metering, purchase, customer, record, batch }
}

describe('BatchMeterUsage, seen through the SDK', () => {
  it('BatchMeterUsage counts a record once, returns the same id for a repeated record, and DuplicateRecord for another quantity', async () => {
    const { record, batch } = await aSubscriber()
    const at = new Date()
    const first = await batch(record({ Timestamp: at }))
    expect(first.Results?.[0]).toMatchObject({ Status: 'Success', UsageRecord: { Dimension: 'requests', Quantity: 5 } })
    expect(first.Results?.[0]?.UsageRecord?.Timestamp).toBeInstanceOf(Date)
    expect(first.UnprocessedRecords).toEqual([])
    expect(first.$metadata.requestId).toMatch(requestId)
    const same = await batch(record({ Timestamp: at }))
    expect(same.Results?.[0]?.MeteringRecordId).toBe(first.Results?.[0]?.MeteringRecordId)
    const other = await batch(record({ Timestamp: at, Quantity: 6 }))
    expect(other.Results?.[0]?.Status).toBe('DuplicateRecord')
  })

  it('BatchMeterUsage returns CustomerNotSubscribed, and accepts the last usage up to an hour after the end', async () => {
    const { simulator, purchase, record, batch } = await aSubscriber()
    const stranger = await batch(record({ CustomerAWSAccountId: '000000000000' }))
    expect(stranger.Results?.[0]?.Status).toBe('CustomerNotSubscribed')
    await send(simulator, `/purchases/${purchase}/events`, { event: 'cancel' })
    const late = () => batch(record({ Timestamp: new Date(Date.now() + 3_599_000), Dimension: 'last' }))
    simulator.advanceClock(3_590_000)
    expect((await late()).Results?.[0]?.Status).toBe('Success')
    simulator.advanceClock(20_000)
    expect((await late()).Results?.[0]?.Status).toBe('CustomerNotSubscribed')
  })

  it('BatchMeterUsage fails the whole batch for one wrong license, and for licenses of two products', async () => {
    const { simulator, record, batch } = await aSubscriber()
    const wrong = record({ LicenseArn: 'arn:aws:license-manager::294406891311:license:l-unknown' })
    expect((await rejection(batch(record(), wrong))).name).toBe('InvalidLicenseException')
    const { customer } = simulator.issueToken('other-product')
    const other = record({
      LicenseArn: customer.licenseArn ?? '',
      CustomerAWSAccountId: customer.awsAccountId,
    })
    expect((await rejection(batch(record(), other))).name).toBe('InvalidLicenseException')
    expect((await batch(record({ Quantity: 6 }))).Results?.[0]?.Status).toBe('Success')
  })

  it('BatchMeterUsage rejects a product code together with a license', async () => {
    const { metering, record } = await aSubscriber()
    const both = metering.send(new BatchMeterUsageCommand({ ProductCode: 'ours', UsageRecords: [record()] }))
    expect(await rejection(both)).toMatchObject({
      name: 'InvalidProductCodeException',
      message: 'ProductCode and LicenseArn cannot be used in the same request.',
    })
  })

  it('BatchMeterUsage returns a record as unprocessed, and accepts it the second time', async () => {
    const { record, batch } = await aSubscriber()
    const both = await batch(record(), record({ Dimension: 'unprocessed-once' }))
    expect(both.Results).toHaveLength(1)
    expect(both.UnprocessedRecords).toMatchObject([{ Dimension: 'unprocessed-once', Quantity: 5 }])
    const again = await batch(...(both.UnprocessedRecords ?? []))
    expect(again.Results?.[0]?.Status).toBe('Success')
  })

  it('BatchMeterUsage accepts identifier and product code of older products', async () => {
    const { simulator, metering } = await aSubscriber()
    const { customer } = simulator.issueToken('legacy')
    const CustomerIdentifier = customer.customerIdentifier ?? ''
    const UsageRecords = [{ Timestamp: new Date(), Dimension: 'requests', CustomerIdentifier }]
    const answer = await metering.send(new BatchMeterUsageCommand({ ProductCode: 'ours', UsageRecords }))
    expect(answer.Results?.[0]?.Status).toBe('Success')
  })

  it.each<[string, string, Partial<UsageRecord>]>([
    ['a missing license', 'InvalidLicenseException', { LicenseArn: undefined }],
    ['a missing customer', 'InvalidCustomerIdentifierException', { CustomerAWSAccountId: undefined }],
    ['a time in the past', 'TimestampOutOfBoundsException', { Timestamp: new Date(Date.now() - 25 * 3_600_000) }],
    ['a time in the future', 'TimestampOutOfBoundsException', { Timestamp: new Date(Date.now() + 2 * 3_600_000) }],
    ['an unknown dimension', 'InvalidUsageDimensionException', { Dimension: 'unknown' }],
    [
      'allocations that do not add up',
      'InvalidUsageAllocationsException',
      { UsageAllocations: [{ AllocatedUsageQuantity: 1 }] },
    ],
  ])('BatchMeterUsage rejects %s with %s', async (_, name, more) => {
    const { record, batch } = await aSubscriber()
    const error = await rejection(batch(record(more)))
    expect(error).toMatchObject({ name, __type: `com.amazonaws.marketplacemetering#${name}` })
    expect(error['$metadata']).toMatchObject({
      httpStatusCode: 400,
      requestId: expect.stringMatching(requestId) as never,
    })
  })

  it('BatchMeterUsage rejects an unknown product and too many records', async () => {
    const { metering, record, batch } = await aSubscriber()
    const unknown = metering.send(new BatchMeterUsageCommand({ ProductCode: 'theirs', UsageRecords: [record()] }))
    expect((await rejection(unknown)).name).toBe('InvalidProductCodeException')
    expect((await rejection(batch(...Array.from({ length: 26 }, () => record())))).name).toBe('ValidationException')
  })
})

describe('MeterUsage, seen through the SDK', () => {
  it('MeterUsage counts once, and rejects another quantity, an old time and a dry run', async () => {
    const { metering } = await aSubscriber()
    const at = new Date()
    const meter = (more: object = {}) =>
      metering.send(
        new MeterUsageCommand({ ProductCode: 'ours', Timestamp: at, UsageDimension: 'd', UsageQuantity: 1, ...more }),
      )
    const { MeteringRecordId } = await meter()
    expect((await meter()).MeteringRecordId).toBe(MeteringRecordId)
    expect((await rejection(meter({ UsageQuantity: 2 }))).name).toBe('DuplicateRequestException')
    expect((await rejection(meter({ DryRun: true }))).name).toBe('DryRunOperation')
    expect((await rejection(meter({ ProductCode: 'theirs' }))).name).toBe('InvalidProductCodeException')
    const old = new Date(Date.now() - 7 * 3_600_000)
    expect((await rejection(meter({ Timestamp: old }))).name).toBe('TimestampOutOfBoundsException')
  })
})
