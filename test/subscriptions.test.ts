import { expect, it, describe } from 'vitest'
import { engines } from './support/stores.ts'
import { eventually, followingApp, type Bought, type FollowingApp } from './support/subscriptions.ts'

const types = async ({ told }: FollowingApp) => (await told()).map(({ type }) => type)
const states = async ({ subscriptions }: FollowingApp) => (await subscriptions()).map(({ state }) => state)
const queued = async ({ simulator }: FollowingApp) =>
  (await (await fetch(`${simulator.url}/purchases`)).json()) as readonly Record<string, string>[]

async function stateIs(app: FollowingApp, bought: Bought, state: string): Promise<void> {
  await eventually(async () => {
    expect((await app.subscriptionOf(bought))?.['state']).toBe(state)
  })
}
async function toldIs(app: FollowingApp, expected: readonly string[]): Promise<void> {
  await eventually(async () => {
    expect(await types(app)).toEqual(expected)
  })
}

describe.each(engines)('on %s', (engine) => {
  it('a purchase is pending, then active once AWS says so, and its seats follow', async () => {
    const app = await followingApp({ engine })
    const bought = await app.buy()
    await eventually(async () => {
      expect(await states(app)).toEqual(['pending'])
    })
    expect(await app.told()).toEqual([])
    await app.registered(undefined, bought.token)
    await app.move(bought.purchase, 'activate')
    await stateIs(app, bought, 'active')
    await toldIs(app, ['subscription.activated', 'subscription.updated'])
    const [activated, updated] = await app.told()
    const [registration] = await app.rows('select * from registrations')
    const [purchase] = await queued(app)
    expect(activated?.data).toMatchObject({
      subscription: {
        license_arn: bought.customer.licenseArn,
        license_id: bought.customer.licenseArn.split(':').at(-1),
        agreement_id: purchase?.['agreementId'],
        initial_agreement_id: purchase?.['agreementId'],
        product_code: app.simulator.productCode,
        product_id: app.simulator.productId,
        aws_account_id: bought.customer.awsAccountId,
        state: 'active',
        entitlements: null,
        report_final_usage_by: null,
      },
      registration: { id: registration?.['id'], status: 'registered', email: 'jane.doe@example.com' },
    })
    expect(updated?.data.subscription['entitlements']).toEqual([
      { dimension: 'projects', value: expect.any(String) as string, expiresAt: expect.any(String) as string },
      { dimension: 'seats', value: '10', expiresAt: expect.any(String) as string },
    ])
  })

  it('an event that comes twice is stored and told once', async () => {
    const app = await followingApp({ engine })
    const bought = await app.buy()
    await app.move(bought.purchase, 'activate', { times: 5, shuffle: true })
    await toldIs(app, ['subscription.activated', 'subscription.updated'])
    await app.move(bought.purchase, 'cancel', { times: 3 })
    await stateIs(app, bought, 'ending')
    await toldIs(app, ['subscription.activated', 'subscription.updated', 'subscription.ending'])
    expect(await app.rows('select id from aws_events')).toHaveLength(3)
  })
})

it('what is canceled ends when its license is taken away, and the last usage is due an hour after the first of both', async () => {
  const app = await followingApp()
  const bought = await app.buy()
  await app.move(bought.purchase, 'activate')
  await stateIs(app, bought, 'active')
  await app.move(bought.purchase, 'cancel')
  await stateIs(app, bought, 'ending')
  await app.move(bought.purchase, 'deprovision')
  await stateIs(app, bought, 'ended')
  const told = await app.told()
  const of = (type: string) => told.find((event) => event.type === type)?.data.subscription
  const [cancel] = await app.rows(`select time from aws_events where detail_type like '%Ended%'`)
  const due = new Date(new Date(cancel?.['time'] as string).getTime() + 3_600_000).toISOString()
  expect(of('subscription.ending')).toMatchObject({ state: 'ending', report_final_usage_by: due, ended_at: null })
  expect(of('subscription.ended')).toMatchObject({ state: 'ended', report_final_usage_by: due })
})

it('each step is told once, whatever else is heard meanwhile', async () => {
  const app = await followingApp()
  const bought = await app.buy()
  await app.move(bought.purchase, 'activate')
  await toldIs(app, ['subscription.activated', 'subscription.updated'])
  await app.move(bought.purchase, 'cancel')
  await stateIs(app, bought, 'ending')
  await app.move(bought.purchase, 'advise')
  const soFar = ['activated', 'updated', 'ending', 'advisory'].map((type) => `subscription.${type}`)
  await toldIs(app, soFar)
  await app.move(bought.purchase, 'deprovision')
  await stateIs(app, bought, 'ended')
  expect(await types(app)).toEqual([...soFar, 'subscription.ended'])
})

it('a license that was taken away stays so, whatever arrives later', async () => {
  const app = await followingApp()
  const bought = await app.buy()
  await app.move(bought.purchase, 'activate', { delayMs: 60_000 })
  await app.move(bought.purchase, 'deprovision')
  await stateIs(app, bought, 'ended')
  await fetch(`${app.simulator.url}/clock`, { method: 'POST', body: '{"advanceMs":61000}' })
  await eventually(async () => {
    expect(await app.rows('select id from aws_events')).toHaveLength(3)
  })
  await stateIs(app, bought, 'ended')
  await toldIs(app, ['subscription.ended'])
})

it.each(['renew', 'replace'])(
  'after "%s" the old agreement is superseded, tells no end, and the new one is told as renewed',
  async (move) => {
    const app = await followingApp()
    const bought = await app.buy()
    await app.registered(undefined, bought.token)
    await app.move(bought.purchase, 'activate')
    await stateIs(app, bought, 'active')
    await toldIs(app, ['subscription.activated', 'subscription.updated'])
    const { successor } = await app.move(bought.purchase, move)
    await stateIs(app, bought, 'superseded')
    await toldIs(app, [
      'subscription.activated',
      'subscription.updated',
      'subscription.renewed',
      'subscription.updated',
    ])
    const renewed = (await app.told()).find(({ type }) => type === 'subscription.renewed')
    expect(renewed?.data).toMatchObject({
      subscription: {
        license_arn: successor?.['licenseArn'],
        previous_agreement_id: successor?.['previousAgreementId'],
      },
      registration: { license_arn: bought.customer.licenseArn },
    })
    await app.move(bought.purchase, 'deprovision')
    await eventually(async () => {
      expect((await app.subscriptionOf(bought))?.['ended_at']).not.toBeNull()
    })
    expect((await app.subscriptionOf(bought))?.['state']).toBe('superseded')
    expect(await types(app)).not.toContain('subscription.ended')
  },
)

it('what begins later is scheduled, and its license does not make it active', async () => {
  const app = await followingApp()
  const bought = await app.buy({ startsInMs: 3_600_000 })
  await app.move(bought.purchase, 'activate')
  await stateIs(app, bought, 'scheduled')
  expect(await app.told()).toEqual([])
})

it('becomes active by itself when its time comes', async () => {
  const app = await followingApp()
  const bought = await app.buy({ startsInMs: 2_500 })
  await app.move(bought.purchase, 'activate')
  await stateIs(app, bought, 'scheduled')
  await stateIs(app, bought, 'active')
})

it('what a channel partner sold is active at once, for SearchAgreements does not know it', async () => {
  const app = await followingApp()
  const bought = await app.buy({ channelPartner: true })
  await app.move(bought.purchase, 'activate')
  await stateIs(app, bought, 'active')
  await toldIs(app, ['subscription.activated', 'subscription.updated'])
})

it('an advisory is told when it is issued and when it is resolved, and changes nothing else', async () => {
  const app = await followingApp()
  const bought = await app.buy()
  await app.move(bought.purchase, 'activate')
  await toldIs(app, ['subscription.activated', 'subscription.updated'])
  await app.move(bought.purchase, 'advise')
  await eventually(async () => {
    expect((await app.subscriptionOf(bought))?.['advisory_at']).not.toBeNull()
  })
  await app.move(bought.purchase, 'resolve-advisory')
  await eventually(async () => {
    expect((await app.subscriptionOf(bought))?.['advisory_at']).toBeNull()
  })
  expect((await types(app)).slice(2)).toEqual(['subscription.advisory', 'subscription.advisory'])
  expect((await app.subscriptionOf(bought))?.['state']).toBe('active')
})

it.each([
  { licenseSpelling: 'short', licenseKey: 'arn' },
  { licenseSpelling: 'arn', licenseKey: 'id' },
  { licenseSpelling: 'short', licenseKey: 'id' },
])('finds the registration however AWS spells the license: %o', async (spelling) => {
  const app = await followingApp()
  const bought = await app.buy(spelling)
  await app.registered(undefined, bought.token)
  await app.move(bought.purchase, 'activate')
  await toldIs(app, ['subscription.activated', 'subscription.updated'])
  const [activated] = await app.told()
  expect(activated?.data.registration).toMatchObject({ license_arn: bought.customer.licenseArn })
})

it('leaves what is of another account, of another product or no event at all to the dead-letter queue', async () => {
  const app = await followingApp()
  const other = await app.buy({ productCode: 'another-product' })
  await app.move(other.purchase, 'activate')
  const foreign = await app.buy({ foreignAccount: true })
  const ours = await app.buy()
  await app.move(ours.purchase, 'activate')
  await stateIs(app, ours, 'active')
  await eventually(async () => {
    expect(await app.subscriptions()).toHaveLength(1)
  })
  const bodies = (await app.rows('select body from aws_events')).map(({ body }) => body as string).join()
  expect(bodies).not.toContain(foreign.customer.awsAccountId)
  expect(bodies).not.toContain(other.customer.awsAccountId)
})

it('keeps an event of a type that it does not know', async () => {
  const app = await followingApp()
  const bought = await app.buy()
  await app.move(bought.purchase, 'activate')
  await toldIs(app, ['subscription.activated', 'subscription.updated'])
  await app.move(bought.purchase, 'amend')
  await eventually(async () => {
    const rows = await app.rows('select detail_type from aws_events')
    expect(rows.map((row) => row['detail_type'])).toContain('Purchase Agreement Amended - Proposer')
  })
  await toldIs(app, ['subscription.activated', 'subscription.updated', 'subscription.updated'])
  const seats = (await app.told()).map(({ data }) => JSON.stringify(data.subscription['entitlements']))
  expect(seats.at(-1)).toContain('"15"')
})
