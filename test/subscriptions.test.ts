import { expect, it, describe } from 'vitest'
import { createEventsQueue } from '../src/aws/queue.ts'
import { engines } from './support/stores.ts'
import { eventually, followingApp, type Bought, type FollowingApp } from './support/subscriptions.ts'

const types = async ({ notifications }: FollowingApp) => (await notifications()).map(({ type }) => type)
const states = async ({ subscriptions }: FollowingApp) => (await subscriptions()).map(({ state }) => state)

async function stateIs(app: FollowingApp, bought: Bought, state: string): Promise<void> {
  await eventually(async () => {
    expect((await app.subscriptionOf(bought))?.['state']).toBe(state)
  })
}
async function notified(app: FollowingApp, expected: readonly string[]): Promise<void> {
  await eventually(async () => {
    expect(await types(app)).toEqual(expected.map((type) => `subscription.${type}`))
  })
}

describe.each(engines)('on %s', (engine) => {
  it('a purchase is pending, then active when AWS says so, and its entitlements follow', async () => {
    const app = await followingApp({ engine })
    const bought = await app.buy()
    await eventually(async () => {
      expect(await states(app)).toEqual(['pending'])
    })
    expect(await types(app)).toEqual([])
    await app.registered(undefined, bought.token)
    await app.move(bought.purchase, 'activate')
    await stateIs(app, bought, 'active')
    await notified(app, ['activated', 'updated'])
    const [activated, updated] = await app.notifications()
    const [registration] = await app.rows('select * from registrations')
    const [purchase] = (await (await fetch(`${app.simulator.url}/purchases`)).json()) as Record<string, string>[]
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
    expect(await app.rows(`select actor from events where type like 'subscription.%'`)).toEqual([
      { actor: 'system' },
      { actor: 'system' },
    ])
  })

  it('an event that is received several times is stored and notified only once', async () => {
    const app = await followingApp({ engine })
    const bought = await app.buy()
    await app.move(bought.purchase, 'activate', { times: 5, shuffle: true })
    await notified(app, ['activated', 'updated'])
    await app.move(bought.purchase, 'cancel', { times: 3 })
    await stateIs(app, bought, 'ending')
    await notified(app, ['activated', 'updated', 'ending'])
    expect(await app.rows('select id from aws_events')).toHaveLength(3)
  })
})

it('a canceled purchase ends when its license is deprovisioned, and the last usage is due an hour after the cancellation', async () => {
  const app = await followingApp()
  const bought = await app.buy()
  await app.move(bought.purchase, 'activate')
  await notified(app, ['activated', 'updated'])
  await app.move(bought.purchase, 'cancel')
  await notified(app, ['activated', 'updated', 'ending'])
  await app.move(bought.purchase, 'advise')
  await notified(app, ['activated', 'updated', 'ending', 'advisory'])
  await app.move(bought.purchase, 'deprovision')
  await notified(app, ['activated', 'updated', 'ending', 'advisory', 'ended'])
  const sent = await app.notifications()
  const of = (type: string) => sent.find((event) => event.type === type)?.data.subscription
  const [cancel] = await app.rows(`select time from aws_events where detail_type like '%Ended%'`)
  const due = new Date(new Date(cancel?.['time'] as string).getTime() + 3_600_000).toISOString()
  expect(of('subscription.ending')).toMatchObject({ state: 'ending', report_final_usage_by: due, ended_at: null })
  expect(of('subscription.ended')).toMatchObject({ state: 'ended', report_final_usage_by: due })
})

it('a deprovisioned license stays so, whatever is received later', async () => {
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
  await notified(app, ['ended'])
})

it.each([
  { move: 'renew', channelPartner: false },
  { move: 'replace', channelPartner: false },
  { move: 'renew', channelPartner: true },
  { move: 'replace', channelPartner: true },
])(
  'after "$move" (channel partner: $channelPartner) the old agreement is superseded, and only the new one is notified',
  async ({ move, channelPartner }) => {
    const app = await followingApp()
    const bought = await app.buy({ channelPartner })
    await app.registered(undefined, bought.token)
    await app.move(bought.purchase, 'activate')
    await notified(app, ['activated', 'updated'])
    const old = await app.subscriptionOf(bought)
    const { successor } = await app.move(bought.purchase, move)
    await stateIs(app, bought, 'superseded')
    await notified(app, ['activated', 'updated', 'renewed', 'updated'])
    const renewed = (await app.notifications()).find(({ type }) => type === 'subscription.renewed')
    expect(renewed?.data).toMatchObject({
      subscription: { license_arn: successor?.['licenseArn'], previous_agreement_id: old?.['agreement_id'] },
      registration: { license_arn: bought.customer.licenseArn },
    })
    await app.move(bought.purchase, 'deprovision')
    await eventually(async () => {
      expect((await app.subscriptionOf(bought))?.['ended_at']).not.toBeNull()
    })
    expect((await app.subscriptionOf(bought))?.['state']).toBe('superseded')
    await notified(app, ['activated', 'updated', 'renewed', 'updated'])
  },
)

it('a purchase that starts later is scheduled, and active from its start', async () => {
  const app = await followingApp()
  const bought = await app.buy({ startsInMs: 2_500 })
  await app.move(bought.purchase, 'activate')
  await stateIs(app, bought, 'scheduled')
  expect(await types(app)).toEqual([])
  await stateIs(app, bought, 'active')
})

it('an amendment is notified once', async () => {
  const app = await followingApp()
  const bought = await app.buy()
  await app.move(bought.purchase, 'activate')
  await notified(app, ['activated', 'updated'])
  await app.move(bought.purchase, 'amend')
  await notified(app, ['activated', 'updated', 'updated'])
  const seats = (await app.notifications()).map(({ data }) => JSON.stringify(data.subscription['entitlements']))
  expect(seats.at(-1)).toContain('"15"')
})

it('the registration is found in any of AWS’s spellings of the license', async () => {
  const app = await followingApp()
  const bought = await app.buy({ licenseSpelling: 'short', licenseKey: 'id' })
  await app.registered(undefined, bought.token)
  await app.move(bought.purchase, 'activate')
  await notified(app, ['activated', 'updated'])
  const [activated] = await app.notifications()
  expect(activated?.data.registration).toMatchObject({ license_arn: bought.customer.licenseArn })
})

it('events of other products leave the queue, and events of another account stay in it', async () => {
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
  expect(bodies).toContain(other.customer.awsAccountId)
  expect(bodies).not.toContain(foreign.customer.awsAccountId)
  const queue = createEventsQueue(app.simulator.queueUrl, { role: null })
  await eventually(async () => {
    const { waiting, inFlight } = await queue.attributes()
    expect(waiting + inFlight).toBe(1)
  })
})
