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

/** Takes everything that is in the queue now, in its order. */
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
  const move = async (event: string, how: object = {}) =>
    (await send(simulator, `/purchases/${issued.purchase}/events`, { event, ...how })) as {
      status: number
      body: {
        error: string
        purchase: { state: string }
        successor: { id: string; state: string } | null
        events: Event[]
      }
    }
  return { simulator, issued, move }
}

describe('a purchase', () => {
  it('is made with its token, and told by Created with the keys that AWS sends', async () => {
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

  it('is one and the same for every token of its license', async () => {
    const { simulator, issued } = await aPurchase()
    const again = simulator.issueToken('new-buyer', issued.customer)
    expect(again.purchase).toBe(issued.purchase)
    expect(await purchasesOf(simulator)).toHaveLength(1)
  })

  it('shown on the page is made only when its token is redeemed', async () => {
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

  it('activates by License Updated, which names license, agreement, account and product', async () => {
    const { simulator, issued, move } = await aPurchase()
    await events(simulator)
    const { body } = await move('activate')
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

  it('is renewed by another agreement with a license of its own, which is active at once', async () => {
    const { simulator, move } = await aPurchase()
    await move('activate')
    await events(simulator)
    const { body } = await move('renew')
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
  ])('ends by %s, and License Deprovisioned follows 30 seconds later by itself', async (event, state, status) => {
    const { simulator, issued, move } = await aPurchase()
    await move('activate')
    await events(simulator)
    expect((await move(event)).body.purchase.state).toBe(state)
    const told = await events(simulator)
    expect(told.at(-1)?.detail['agreement']).toMatchObject({ status })
    await send(simulator, '/clock', { advanceMs: 29_000 })
    expect(types(await events(simulator))).not.toContain('License Deprovisioned - Manufacturer')
    await send(simulator, '/clock', { advanceMs: 1_000 })
    const last = (await events(simulator)).at(-1)
    expect(last?.['detail-type']).toBe('License Deprovisioned - Manufacturer')
    expect(last?.detail['license']).toEqual({ arn: issued.customer.licenseArn })
    expect((await purchasesOf(simulator))[0]?.state).toBe('deprovisioned')
  })

  it('sends Amended and License Updated for changed terms', async () => {
    const { simulator, move } = await aPurchase()
    await move('activate')
    await events(simulator)
    await move('amend', { endTime: '2030-06-30T00:00:00Z' })
    const [amended, updated, ...rest] = await events(simulator)
    expect(rest).toEqual([])
    expect(amended?.['detail-type']).toBe('Purchase Agreement Amended - Proposer')
    expect(amended?.detail['agreement']).toMatchObject({ intent: 'AMEND', endTime: '2030-06-30T00:00:00Z' })
    expect(amended?.detail).not.toHaveProperty('product')
    expect(updated?.['detail-type']).toBe('License Updated - Manufacturer')
  })

  it('sends only Amended with the product when auto-renewal is switched', async () => {
    const { simulator, move } = await aPurchase()
    await move('activate')
    await events(simulator)
    await move('amend', { autoRenewal: false })
    const [amended, ...rest] = await events(simulator)
    expect(rest).toEqual([])
    const { id, ...agreement } = amended?.detail['agreement'] ?? {}
    expect(id).toMatch(/^agmt-/)
    expect(agreement).toEqual({ intent: 'AMEND', autoRenewalEnabled: false, disabledBy: 'ACCEPTOR' })
    expect(amended?.detail['product']).toMatchObject({ id: 'prod-ours000000001' })
  })

  it('sends advisories that name the product', async () => {
    const { simulator, move } = await aPurchase()
    await events(simulator)
    await move('advise')
    await move('resolve-advisory')
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
  ])('sends the notice %s and changes nothing', async (notice, type) => {
    const { simulator, move } = await aPurchase()
    await events(simulator)
    const [before] = await purchasesOf(simulator)
    await move('notice', notice === undefined ? {} : { notice })
    const [event, ...rest] = await events(simulator)
    expect(rest).toEqual([])
    expect(event?.['detail-type']).toBe(type)
    expect(event?.detail['agreement']?.['id']).toBe(before?.agreementId)
    expect(await purchasesOf(simulator)).toEqual([before])
  })

  it('refuses what cannot happen to it, and says what can', async () => {
    const { simulator, move } = await aPurchase()
    expect(await move('renew')).toMatchObject({
      status: 409,
      body: { error: expect.stringMatching(/pending.*activate/) as never },
    })
    await move('deprovision')
    expect(await move('activate')).toMatchObject({
      status: 409,
      body: { error: expect.stringContaining('no more events') as never },
    })
    expect(await move('explode')).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/^event: .*renew/) as never },
    })
    expect(await send(simulator, '/purchases/none/events', { event: 'amend' })).toMatchObject({ status: 404 })
  })
})

describe('events', () => {
  it('come twice with one id, when asked for', async () => {
    const { simulator, move } = await aPurchase()
    await events(simulator)
    await move('activate', { times: 3 })
    const told = await events(simulator)
    expect(told).toHaveLength(3)
    expect(new Set(told.map(({ id }) => id)).size).toBe(1)
  })

  it('come late: the state is there at once, the event when its time has come', async () => {
    const { simulator, move } = await aPurchase()
    await events(simulator)
    expect((await move('activate', { delayMs: 60_000 })).body.purchase.state).toBe('active')
    expect(await events(simulator)).toEqual([])
    simulator.advanceClock(60_000)
    expect(types(await events(simulator))).toEqual(['License Updated - Manufacturer'])
  })

  it('come in another order', async () => {
    const { simulator, move } = await aPurchase()
    await move('activate')
    await events(simulator)
    const { body } = await move('renew', { shuffle: true })
    const told = (await events(simulator)).map(({ id }) => id)
    expect(told).not.toEqual(body.events.map(({ id }) => id))
    expect([...told].sort()).toEqual(body.events.map(({ id }) => id).sort())
  })

  it('get lost', async () => {
    const { simulator, move } = await aPurchase({ lostEvents: true })
    expect((await move('activate')).body.purchase.state).toBe('active')
    expect(await events(simulator)).toEqual([])
    const other = await aPurchase()
    await events(other.simulator)
    await other.move('activate', { lost: true })
    expect(await events(other.simulator)).toEqual([])
  })

  it('come in the Manufacturer form only, through a channel partner, without the fields that this form does not have', async () => {
    const { simulator, move } = await aPurchase({ channelPartner: true })
    await move('activate')
    await move('amend', { endTime: '2030-06-30T00:00:00Z', autoRenewal: false })
    await move('amend', { autoRenewal: true })
    await move('advise')
    await move('notice')
    await move('renew')
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

  it('have no end for what is paid by use', async () => {
    const { simulator } = await aPurchase({ entitlementCount: 0 })
    expect((await events(simulator))[0]?.detail['agreement']?.['endTime']).toBe('9999-01-01T00:00:00Z')
  })

  it('tell of a start that is to come', async () => {
    const { simulator } = await aPurchase({ startsInMs: 86_400_000 })
    const [created] = await events(simulator)
    const { acceptanceTime, startTime } = created?.detail['agreement'] ?? {}
    expect(Date.parse(startTime ?? '') - Date.parse(acceptanceTime ?? '')).toBe(86_400_000)
  })

  it('spell the license as AWS’s example and AWS’s sample code do', async () => {
    const { simulator, issued, move } = await aPurchase({ licenseSpelling: 'short', licenseKey: 'id' })
    await move('activate')
    const license = (await events(simulator)).at(-1)?.detail['license'] ?? {}
    expect(Object.keys(license)).toEqual(['id'])
    expect(license['id']).toMatch(/^aws:license-manager::294406891311:l-[0-9a-f]{32}$/)
    expect(issued.customer.licenseArn.endsWith(license['id']?.split(':').at(-1) ?? '-')).toBe(true)
  })

  it('name another account or another product, when asked for', async () => {
    const foreign = await aPurchase({ foreignAccount: true })
    expect((await events(foreign.simulator))[0]?.account).toBe('999988887777')
    const other = await aPurchase({ productCode: 'theirs' })
    await other.move('activate')
    const product = (await events(other.simulator)).at(-1)?.detail['product']
    expect(product?.['code']).toBe('theirs')
    expect(product?.['id']).toMatch(/^prod-[0-9a-z]{13}$/)
  })

  it('activate a purchase by themselves, when the simulator is started so', async () => {
    const simulator = await aSimulator({ activateAfterMs: 5_000 })
    simulator.issueToken('new-buyer')
    await events(simulator)
    simulator.advanceClock(5_000)
    expect(types(await events(simulator))).toEqual(['License Updated - Manufacturer'])
  })
})
