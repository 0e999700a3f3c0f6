import { describe, expect, it } from 'vitest'
import { purchasesOf, send } from './clients.ts'
import { aPurchase, events, types } from './purchase.ts'
import { aClient, aSimulator, redeem } from './support.ts'

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
    expect(await (await fetch(`${simulator.url}/purchases`, { headers: { accept: 'text/html' } })).text()).toMatch(
      /follows at \d\d:\d\d:\d\d UTC/,
    )
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
