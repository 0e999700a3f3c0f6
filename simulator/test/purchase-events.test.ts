import { describe, expect, it } from 'vitest'
import { purchasesOf } from './clients.ts'
import { aPurchase, events, types } from './purchase.ts'
import { aSimulator } from './support.ts'

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
