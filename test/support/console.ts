import request from 'supertest'
import { aCustomer, testApp, type Overrides } from './app.ts'
import { contact, cookies, land, register, sameOrigin } from './browse.ts'
import { page } from './page.ts'
import { execute } from './stores.ts'

const monday = new Date('2026-11-23T09:30:00.000Z')
const hourMs = 60 * 60_000

const products = {
  analytics: {
    listings: [{ product_code: 'analytics-code' }],
    product_name: 'Example Analytics',
    fields: [{ name: 'region', type: 'select', label: 'Data region', options: { eu: 'Europe', us: 'United States' } }],
  },
  backup: { listings: [{ product_code: 'backup-code' }], product_name: 'Example Backup', access_within_hours: 72 },
}

type Buyer = Readonly<Partial<Record<'account' | 'license' | 'product', string>>> & {
  /** The values of the form; null if the buyer does not submit it. */
  readonly form?: Readonly<Record<string, string>> | null
}

/** The app with an open console, and a way to add buyers, one per second. The time is Monday, 9:30, until `later` changes it. */
export async function aConsole(overrides: Overrides = {}) {
  let time = monday
  let next = { ...aCustomer() }
  const made = await testApp({
    now: () => time,
    resolveCustomer: () => Promise.resolve({ customer: next, awsRequestId: null, attempts: 1, durationMs: 1 }),
    ...overrides,
    env: {
      ...{ CONSOLE_OPEN: 'true', PRODUCT_CODES: undefined, PRODUCT_NAME: undefined },
      PRODUCTS: JSON.stringify({ products }),
      ...overrides.env,
    },
  })
  let count = 0
  const buyer = async ({ account, license, product = 'analytics', form = contact }: Buyer = {}) => {
    count += 1
    time = new Date(time.getTime() + 1000)
    next = aCustomer({
      awsAccountId: account ?? String(100_000_000_000 + count),
      productCode: `${product}-code`,
      licenseArn: `arn:aws:license-manager::294406891311:license:${license ?? `l-${String(count)}`}`,
    })
    const cookie = cookies(await land(made.app, `token-${String(count)}`))
    if (form !== null) await register(made.app, cookie, form)
    const row = made.rows().find(({ license_arn }) => license_arn === next.licenseArn)
    return { cookie, reference: String(row?.['reference']), license: license ?? `l-${String(count)}` }
  }
  const get = async (path: string) => {
    const answer = await request(made.app).get(`/console${path}`)
    return { ...page(answer.text), status: answer.status, answer }
  }
  return {
    ...made,
    buyer,
    get,
    /** The titles of a list's rows. */
    titles: async (query: string) => (await get(query)).texts('.rows .title'),
    post: (path: string, fields: Readonly<Record<string, string>> = {}) =>
      request(made.app).post(`/console${path}`).type('form').set(sameOrigin).send(fields),
    later: (hours: number) => {
      time = new Date(time.getTime() + hours * hourMs)
    },
    execute: (statement: string) => execute({ engine: 'sqlite', path: made.file }, statement),
  }
}

const basis = JSON.stringify({
  ...{ intent: null, agreedAt: null, closedAt: null, closedBy: null, licensedAt: null, isSoldByPartner: false },
  ...{ previousAgreementId: null, initialAgreementId: null },
})

/** A statement that stores a subscription. */
export function subscription(license: string, state: string, more: Readonly<Record<string, string>> = {}): string {
  const row = {
    ...{ agreement_id: `agmt-${license}`, license_arn: `arn:aws:license-manager::294406891311:license:${license}` },
    ...{ license_id: license, state, updated_at: monday.toISOString(), basis, ...more },
  }
  const values = Object.values(row).map((value) => `'${value}'`)
  return `insert into subscriptions (${Object.keys(row).join(', ')}) values (${values.join(', ')})`
}
