import { onTestFinished } from 'vitest'
import type { Agreement, Entitlement } from '../../src/domain/agreement.ts'
import type { MessagesFor } from '../../src/domain/delivery.ts'
import type { Seller } from '../../src/domain/seller.ts'
import { createSubscriptions } from '../../src/domain/subscriptions.ts'
import { checkAgreementsJob, checkEntitlementsJob } from '../../src/jobs/check.ts'
import { readable, seller } from './aws-events.ts'
import { emptyDatabase, openTestStore, rowsOf, type Engine } from './stores.ts'

type Row = Readonly<Record<string, unknown>>

/** AWS's responses. A function is called for each call. */
type Answers = {
  readonly agreements?: readonly Agreement[] | (() => Promise<readonly Agreement[]>)
  readonly entitlements?: readonly Entitlement[] | (() => Promise<readonly Entitlement[]>)
}
type Options = {
  readonly seller?: Seller
  readonly database?: Awaited<ReturnType<typeof emptyDatabase>>
  readonly messagesFor?: MessagesFor
}

/** The operations on subscriptions over a real database, at a time that the test sets. */
export async function subscriptionStore(engine: Engine, at: Date, options: Options = {}) {
  const clock = { now: at }
  const now = () => clock.now
  const database = options.database ?? (await emptyDatabase(engine))
  const { messagesFor } = options
  const settings = { now, deadlineMs: 10_000, ...(messagesFor !== undefined && { messagesFor }) }
  const store = await openTestStore(database, settings)
  onTestFinished(() => store.close())
  const subscriptions = createSubscriptions({
    ...{ ...store, now, seller: options.seller ?? seller },
    products: { find: () => null },
  })

  async function check({ agreements = [], entitlements = [] }: Answers): Promise<void> {
    const deps = {
      ...{ query: store.query, subscriptions, onChange: () => undefined },
      searchAgreements: async function* () {
        yield typeof agreements === 'function' ? await agreements() : agreements
      },
      getEntitlements: async () => (typeof entitlements === 'function' ? entitlements() : entitlements),
    }
    const { signal } = new AbortController()
    await checkAgreementsJob(deps).run(signal)
    await checkEntitlementsJob(deps).run(signal)
  }

  const rows = (query: string) => rowsOf(database, query)
  return {
    ...{ clock, database, store, subscriptions, check, rows },
    receive: (body: string) => subscriptions.receive(readable(body)),
    /** Public columns, except times of observation and the entitlements of inactive subscriptions. */
    published: async (): Promise<readonly Row[]> => {
      const found = await rows('select * from subscriptions order by agreement_id')
      return found.map((row) => ({
        ...Object.fromEntries(publishedColumns.map((name) => [name, asText(row[name])])),
        entitlements: row['state'] === 'active' ? row['entitlements'] : null,
      }))
    },
    /** The notifications, oldest first. */
    notifications: async (): Promise<readonly Notification[]> => {
      const found = await rows('select type, data from events')
      return found.map(({ type, data }) => ({
        type: String(type),
        data: JSON.parse(String(data)) as Notification['data'],
      }))
    },
  }
}

export type SubscriptionStore = Awaited<ReturnType<typeof subscriptionStore>>
type Notification = {
  readonly type: string
  readonly data: { readonly subscription: Row; readonly registration: Row | null; readonly notice?: Row }
}

const publishedColumns = [
  ...['agreement_id', 'license_arn', 'license_id', 'initial_agreement_id', 'previous_agreement_id', 'product_code'],
  ...['product_id', 'aws_account_id', 'offer_id', 'state', 'starts_at', 'ends_at', 'advisory_at', 'ended_at'],
]

function asText(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value
}
