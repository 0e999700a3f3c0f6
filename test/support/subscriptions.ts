import { vi } from 'vitest'
import { startApp } from './started-app.ts'
import type { Engine } from './stores.ts'

export type Bought = {
  readonly token: string
  /** Its id in the simulator. */
  readonly purchase: string
  readonly customer: { readonly awsAccountId: string; readonly licenseArn: string }
}

type Row = Readonly<Record<string, unknown>>
type Options = Parameters<typeof startApp>[2] & {
  readonly engine?: Engine
  readonly env?: Readonly<Record<string, string>>
  /** How subscriptions are followed: by the queue, by reconciling, or both. Default: the queue. */
  readonly by?: 'queue' | 'list' | 'both'
}

/** The service, which follows the subscriptions of a simulated AWS Marketplace. Stopped when the test ends. */
export async function followingApp({ engine = 'sqlite', env = {}, by = 'queue', ...options }: Options = {}) {
  const app = await startApp(
    engine,
    ({ queueUrl, productId }) => ({
      ...(by === 'list' ? {} : { EVENTS_QUEUE_URL: queueUrl }),
      ...{ PRODUCT_IDS: productId, RECONCILE_MINUTES: by === 'queue' ? '0' : '60' },
      ...env,
    }),
    options,
  )
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${app.simulator.url}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: json,
    })
    if (!answer.ok) throw new Error(await answer.text())
    return (await answer.json()) as unknown
  }
  const subscriptions = () => app.rows('select * from subscriptions order by updated_at')
  return {
    ...app,
    buy: (fields: object = {}) => post('/tokens', { scenario: 'new-buyer', ...fields }) as Promise<Bought>,
    move: (purchase: string, event: string, how: object = {}) =>
      post(`/purchases/${purchase}/events`, { event, ...how }) as Promise<{ readonly successor: Row | null }>,
    subscriptions,
    subscriptionOf: async (bought: Bought) =>
      (await subscriptions()).find((row) => row['license_arn'] === bought.customer.licenseArn) ?? null,
    /** The notifications about subscriptions, oldest first. */
    notifications: async () => {
      const rows = await app.rows(`select * from events where type like 'subscription.%' order by occurred_at, id`)
      return rows.map((row) => ({ type: row['type'] as string, data: JSON.parse(row['data'] as string) as Data }))
    },
  }
}

export type FollowingApp = Awaited<ReturnType<typeof followingApp>>
type Data = { readonly subscription: Row; readonly registration: Row | null }

const json = { 'content-type': 'application/json' }

/** Waits until the assertion holds. */
export function eventually<T>(look: () => Promise<T> | T, timeout = 30_000): Promise<T> {
  return vi.waitFor(look, { timeout, interval: 30 })
}
