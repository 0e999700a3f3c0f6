import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { clientsOf, purchasesOf, send } from './clients.ts'
import { aClient, aSimulator, redeem } from './support.ts'

type Event = {
  id: string
  'detail-type': string
  account: string
  time: string
  resources: string[]
  detail: Record<string, Record<string, string>>
}

/** Receives and deletes all messages of the queue, in order. */
async function events(simulator: Simulator): Promise<readonly Event[]> {
  const { sqs } = clientsOf(simulator)
  const all: Event[] = []
  for (;;) {
    const receive = new ReceiveMessageCommand({ QueueUrl: simulator.queueUrl, MaxNumberOfMessages: 10 })
    const { Messages = [] } = await sqs.send(receive)
    if (Messages.length === 0) return all
    for (const { ReceiptHandle } of Messages) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: simulator.queueUrl, ReceiptHandle }))
    }
    all.push(...Messages.map(({ Body }) => JSON.parse(Body ?? '') as Event))
  }
}

const types = (list: readonly Event[]) => list.map((event) => event['detail-type'])

async function aPurchase(more: object = {}) {
  const simulator = await aSimulator({ productCode: 'ours', productId: 'prod-ours000000001' })
  const { body } = await send(simulator, '/tokens', { scenario: 'new-buyer', ...more })
  const issued = body as { token: string; purchase: string; customer: { awsAccountId: string; licenseArn: string } }
  const apply = async (event: string, how: object = {}) =>
    (await send(simulator, `/purchases/${issued.purchase}/events`, { event, ...how })) as {
      status: number
      body: {
        error: string
        purchase: { state: string }
        successor: { id: string; state: string } | null
        events: Event[]
      }
    }
  return { simulator, issued, apply }
}

describe('a purchase', () => {
  it('a purchase is made with its token, and Created has the keys that AWS sends', async () => {
    const { simulator, issued } = await aPurchase()
    const [purchase] = await purchasesOf(simulator)
    expect(purchase).toEqual({
      id: issued.purchase,
      scenario: 'new-buyer',
      state: 'pending',
      awsAccountId: issued.customer.awsAccountId,
      licenseArn: issued.customer.licenseArn,
      agreementId: expect.stringMatching(/^agmt-[0-9a-z]{25}$/) as never,
      previousAgreementId: null,
      productCode: 'ours',
      productId: 'prod-ours000000001',
      customerIdentifier: '',
    })
    const [created, ...others] = await events(simulator)
    expect(others).toEqual([])
    expect(created).toMatchObject({
      version: '0',
      'detail-type': 'Purchase Agreement Created - Proposer',
      source: 'aws.agreement-marketplace',
      account: '111122223333',
      region: 'us-east-1',
      resources: [`arn:aws:aws-marketplace::aws:agreement:${purchase?.agreementId ?? ''}`],
    })
    expect(created?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    expect(Object.keys(created?.detail ?? {}).sort()).toEqual(
      ['acceptor', 'agreement', 'catalog', 'offer', 'proposer', 'requestId'].sort(),
    )
    expect(Object.keys(created?.detail['agreement'] ?? {})).toEqual([
      'id',
      'intent',
      'status',
      'acceptanceTime',
      'startTime',
      'endTime',
    ])
    expect(created?.detail['agreement']).toMatchObject({ id: purchase?.agreementId, intent: 'NEW', status: 'ACTIVE' })
    expect(created?.detail['proposer']).toEqual({ accountId: '111122223333' })
  })

  it('every token of a license belongs to the same purchase', async () => {
    const { simulator, issued } = await aPurchase()
    const again = simulator.issueToken('new-buyer', issued.customer)
    expect(again.purchase).toBe(issued.purchase)
    expect(await purchasesOf(simulator)).toHaveLength(1)
  })

  it('a purchase of the subscriptions page is made when its token is redeemed', async () => {
    const simulator = await aSimulator()
    const html = await (await fetch(simulator.url)).text()
    expect(await purchasesOf(simulator)).toEqual([])
    const [, token = ''] = /name="x-amzn-marketplace-token" value="([^"]+)"/.exec(html) ?? []
    const customer = await redeem(aClient(simulator), token)
    const [purchase] = await purchasesOf(simulator)
    expect(purchase?.licenseArn).toBe(customer.LicenseArn)
    expect(html).toContain(purchase?.agreementId)
    expect(types(await events(simulator))).toEqual(['Purchase Agreement Created - Proposer'])
  })

  it('activate sends License Updated with license, agreement, account and product', async () => {
    const { simulator, issued, apply } = await aPurchase()
    await events(simulator)
    const { body } = await apply('activate')
    expect(body.purchase.state).toBe('active')
    const [updated] = await events(simulator)
    expect(updated?.['detail-type']).toBe('License Updated - Manufacturer')
    expect(updated?.detail).toMatchObject({
      product: { code: 'ours', id: 'prod-ours000000001' },
      license: { arn: issued.customer.licenseArn },
      acceptor: { accountId: issued.customer.awsAccountId },
      proposer: { accountId: '111122223333' },
    })
    expect(Object.keys(updated?.detail ?? {}).sort()).toEqual(
      ['acceptor', 'agreement', 'catalog', 'license', 'offer', 'product', 'proposer', 'requestId'].sort(),
    )
  })

  it('renew makes an active purchase with an agreement and a license of its own', async () => {
    const { simulator, apply } = await aPurchase()
    await apply('activate')
    await events(simulator)
    const { body } = await apply('renew')
    expect(body.purchase.state).toBe('renewed')
    const [old, renewed] = await purchasesOf(simulator)
    expect(renewed).toMatchObject({
      state: 'active',
      previousAgreementId: old?.agreementId,
      awsAccountId: old?.awsAccountId,
    })
    expect(renewed?.licenseArn).not.toBe(old?.licenseArn)
    const [created, updated, ended, ...rest] = await events(simulator)
    expect(rest).toEqual([])
    expect(created?.detail['agreement']).toMatchObject({ intent: 'RENEW', previousAgreementId: old?.agreementId })
    expect(created?.detail['product']).toMatchObject({ id: 'prod-ours000000001' })
    expect(updated?.detail['license']).toEqual({ arn: renewed?.licenseArn })
    expect(ended?.detail['agreement']).toEqual({ id: old?.agreementId, status: 'RENEWED' })
    expect(Object.keys(ended?.detail ?? {}).sort()).toEqual(['agreement', 'catalog', 'requestId'])
  })

  it.each([
    ['cancel', 'canceled', 'CANCELLED'],
    ['expire', 'expired', 'EXPIRED'],
    ['replace', 'replaced', 'REPLACED'],
  ])('%s ends a purchase, and License Deprovisioned follows 30 seconds later', async (event, state, status) => {
    const { simulator, issued, apply } = await aPurchase()
    await apply('activate')
    await events(simulator)
    expect((await apply(event)).body.purchase.state).toBe(state)
    const sent = await events(simulator)
    expect(sent.at(-1)?.detail['agreement']).toMatchObject({ status })
    await send(simulator, '/clock', { advanceMs: 15_000 })
    expect(types(await events(simulator))).not.toContain('License Deprovisioned - Manufacturer')
    await send(simulator, '/clock', { advanceMs: 15_000 })
    const last = (await events(simulator)).at(-1)
    expect(last?.['detail-type']).toBe('License Deprovisioned - Manufacturer')
    expect(last?.detail['license']).toEqual({ arn: issued.customer.licenseArn })
    expect((await purchasesOf(simulator))[0]?.state).toBe('deprovisioned')
  })

  it('amend sends Amended and License Updated for a changed end', async () => {
    const { simulator, apply } = await aPurchase()
    await apply('activate')
    await events(simulator)
    await apply('amend', { endTime: '2030-06-30T00:00:00Z' })
    const [amended, updated, ...rest] = await events(simulator)
    expect(rest).toEqual([])
    expect(amended?.['detail-type']).toBe('Purchase Agreement Amended - Proposer')
    expect(amended?.detail['agreement']).toMatchObject({ intent: 'AMEND', endTime: '2030-06-30T00:00:00Z' })
    expect(amended?.detail).not.toHaveProperty('product')
    expect(updated?.['detail-type']).toBe('License Updated - Manufacturer')
  })

  it('amend sends only Amended, with the product, when auto-renewal is switched', async () => {
    const { simulator, apply } = await aPurchase()
    await apply('activate')
    await events(simulator)
    await apply('amend', { autoRenewal: false })
    const [amended, ...rest] = await events(simulator)
    expect(rest).toEqual([])
    const { id, ...agreement } = amended?.detail['agreement'] ?? {}
    expect(id).toMatch(/^agmt-/)
    expect(agreement).toEqual({ intent: 'AMEND', autoRenewalEnabled: false, disabledBy: 'ACCEPTOR' })
    expect(amended?.detail['product']).toMatchObject({ id: 'prod-ours000000001' })
  })

  it('advise and resolve-advisory send events that name the product', async () => {
    const { simulator, apply } = await aPurchase()
    await events(simulator)
    await apply('advise')
    await apply('resolve-advisory')
    const sent = await events(simulator)
    expect(types(sent)).toEqual([
      'Purchase Agreement Advisory Issued - Proposer',
      'Purchase Agreement Advisory Resolved - Proposer',
    ])
    expect(sent.map(({ detail }) => detail['product'])).toEqual([
      { id: 'prod-ours000000001' },
      { id: 'prod-ours000000001' },
    ])
  })

  it.each([
    [undefined, 'Purchase Agreement Renewal Upcoming - Proposer'],
    ['renewal-upcoming', 'Purchase Agreement Renewal Upcoming - Proposer'],
    ['ending', 'Purchase Agreement Ending - Proposer'],
    ['cancellation-request', 'Agreement Cancellation Request Pending Approval - Proposer'],
    ['billing-adjustment', 'Purchase Agreement Billing Adjustment Completed - Proposer'],
    ['spend-threshold', 'Spend Threshold Reached - Proposer'],
  ])('notice %s sends one event and changes nothing', async (notice, type) => {
    const { simulator, apply } = await aPurchase()
    await events(simulator)
    const [before] = await purchasesOf(simulator)
    await apply('notice', notice === undefined ? {} : { notice })
    const [event, ...rest] = await events(simulator)
    expect(rest).toEqual([])
    expect(event?.['detail-type']).toBe(type)
    expect(event?.detail['agreement']?.['id']).toBe(before?.agreementId)
    expect(await purchasesOf(simulator)).toEqual([before])
  })

  it('a purchase rejects an event that it does not accept, and the error lists the accepted ones', async () => {
    const { simulator, apply } = await aPurchase()
    expect(await apply('renew')).toMatchObject({
      status: 409,
      body: { error: expect.stringMatching(/pending.*activate/) as never },
    })
    await apply('deprovision')
    expect(await apply('activate')).toMatchObject({
      status: 409,
      body: { error: expect.stringContaining('no more events') as never },
    })
    expect(await apply('explode')).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/^event: .*renew/) as never },
    })
    expect(await send(simulator, '/purchases/none/events', { event: 'amend' })).toMatchObject({ status: 404 })
  })
})

describe('events', () => {
  it('events are repeated with the same id', async () => {
    const { simulator, apply } = await aPurchase()
    await events(simulator)
    await apply('activate', { times: 3 })
    const sent = await events(simulator)
    expect(sent).toHaveLength(3)
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1)
  })

  it('delayed events are sent later, and the purchase changes at once', async () => {
    const { simulator, apply } = await aPurchase()
    await events(simulator)
    expect((await apply('activate', { delayMs: 60_000 })).body.purchase.state).toBe('active')
    expect(await events(simulator)).toEqual([])
    simulator.advanceClock(60_000)
    expect(types(await events(simulator))).toEqual(['License Updated - Manufacturer'])
  })

  it('shuffled events have another order', async () => {
    const { simulator, apply } = await aPurchase()
    await apply('activate')
    await events(simulator)
    const { body } = await apply('renew', { shuffle: true })
    const sent = (await events(simulator)).map(({ id }) => id)
    expect(sent).not.toEqual(body.events.map(({ id }) => id))
    expect([...sent].sort()).toEqual(body.events.map(({ id }) => id).sort())
  })

  it('lost events are not sent', async () => {
    const { simulator, apply } = await aPurchase({ lostEvents: true })
    expect((await apply('activate')).body.purchase.state).toBe('active')
    expect(await events(simulator)).toEqual([])
    const other = await aPurchase()
    await events(other.simulator)
    await other.apply('activate', { lost: true })
    expect(await events(other.simulator)).toEqual([])
  })

  it('events of a channel-partner purchase have the Manufacturer form only, and only its fields', async () => {
    const { simulator, apply } = await aPurchase({ channelPartner: true })
    await apply('activate')
    await apply('amend', { endTime: '2030-06-30T00:00:00Z', autoRenewal: false })
    await apply('amend', { autoRenewal: true })
    await apply('advise')
    await apply('notice')
    await apply('renew')
    const sent = await events(simulator)
    expect(types(sent).filter((type) => !type.endsWith(' - Manufacturer'))).toEqual([])
    expect(sent[0]?.detail['proposer']).toEqual({ accountId: '555566667777' })
    const agreementKeys = (type: string) =>
      sent
        .filter((event) => event['detail-type'].startsWith(type))
        .map(({ detail }) => [Object.keys(detail['agreement'] ?? {}).join(), 'product' in detail])
    const terms = 'id,intent,status,acceptanceTime,startTime,endTime'
    expect(agreementKeys('Purchase Agreement Created')).toEqual([
      [terms, false],
      [terms, false],
    ])
    expect(agreementKeys('Purchase Agreement Amended')).toEqual([
      [terms, false],
      [terms, false],
    ])
    expect((await purchasesOf(simulator))[1]?.previousAgreementId).toMatch(/^agmt-/)
  })

  it('events of a purchase with usage pricing have no end', async () => {
    const { simulator } = await aPurchase({ entitlementCount: 0 })
    expect((await events(simulator))[0]?.detail['agreement']?.['endTime']).toBe('9999-01-01T00:00:00Z')
  })

  it('events of a future-dated purchase have a later start', async () => {
    const { simulator } = await aPurchase({ startsInMs: 86_400_000 })
    const [created] = await events(simulator)
    const { acceptanceTime, startTime } = created?.detail['agreement'] ?? {}
    expect(Date.parse(startTime ?? '') - Date.parse(acceptanceTime ?? '')).toBe(86_400_000)
  })

  it('events spell the license as in AWS’s example and AWS’s sample code', async () => {
    const { simulator, issued, apply } = await aPurchase({ licenseSpelling: 'short', licenseKey: 'id' })
    await apply('activate')
    const license = (await events(simulator)).at(-1)?.detail['license'] ?? {}
    expect(Object.keys(license)).toEqual(['id'])
    expect(license['id']).toMatch(/^aws:license-manager::294406891311:l-[0-9a-f]{32}$/)
    expect(issued.customer.licenseArn.endsWith(license['id']?.split(':').at(-1) ?? '-')).toBe(true)
  })

  it('events name another account or another product', async () => {
    const foreign = await aPurchase({ foreignAccount: true })
    expect((await events(foreign.simulator))[0]?.account).toBe('999988887777')
    const other = await aPurchase({ productCode: 'theirs' })
    await other.apply('activate')
    const product = (await events(other.simulator)).at(-1)?.detail['product']
    expect(product?.['code']).toBe('theirs')
    expect(product?.['id']).toMatch(/^prod-[0-9a-z]{13}$/)
  })

  it('a simulator with activateAfterMs activates each purchase', async () => {
    const simulator = await aSimulator({ activateAfterMs: 5_000 })
    simulator.issueToken('new-buyer')
    await events(simulator)
    simulator.advanceClock(5_000)
    expect(types(await events(simulator))).toEqual(['License Updated - Manufacturer'])
  })
})
