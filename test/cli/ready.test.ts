import { describe, expect, it } from 'vitest'
import { runRegistrations } from '../../src/cli/registrations/run.ts'
import { overdueLimits } from '../../src/domain/access.ts'
import { createProducts } from '../../src/domain/product.ts'
import { parseConfig } from '../../src/config/config.ts'
import { call } from '../support/command.ts'
import { aSubscription } from '../support/a-subscription.ts'
import { environment } from '../support/environment.ts'
import {
  aLanding,
  addressOf,
  emptyDatabase,
  engines,
  minutesLater,
  noon,
  openTestStore,
  rowsOf,
  type Engine,
} from '../support/stores.ts'

const jane = { email: 'jane@example.com', name: 'Jane Doe', company: 'Example Buyer', phone: null }
const products = `products:
  analytics: { listings: [{ product_code: code-analytics }], product_name: Analytics, access_within_hours: '4' }
  reports: { listings: [{ product_code: code-reports }], product_name: Reports }
`

/**
 * Four registered buyers, an hour apart: REF1 of Analytics, REF2 of Reports, REF3 of a product that left the file, REF4 of
 * Analytics, whose subscription has ended. REF5 has only landed.
 */
async function buyers(engine: Engine) {
  const database = await emptyDatabase(engine)
  let references = 0
  const store = await openTestStore(database, { newReference: () => `REF${String((references += 1))}-AAAA-BBBB` })
  const codes = ['code-analytics', 'code-reports', 'code-gone', 'code-analytics', 'code-analytics']
  for (const [n, productCode] of codes.entries()) {
    const licenseArn = `arn:aws:license-manager::1:license:l-${String(n + 1)}`
    const at = minutesLater(60 * n)
    const { id } = await store.registrations.recordLanding(
      aLanding({ at, tokenHash: licenseArn, customer: { productCode, licenseArn } }),
    )
    if (n < 4) await store.registrations.complete(id, { contact: jane, language: 'en', at })
  }
  await store.query((rows) =>
    rows.subscriptions.save(
      aSubscription({
        agreementId: 'agmt-4',
        licenseArn: 'arn:aws:license-manager::1:license:l-4',
        licenseId: 'l-4',
        state: 'ended',
      }),
    ),
  )
  const env = environment({
    PRODUCT_CODES: undefined,
    PRODUCT_NAME: undefined,
    DATABASE_URL: addressOf(database),
    PRODUCTS: products,
    WEBHOOK_URL: 'https://app.example.com/webhook',
    WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    MAIL_URL: 'smtp://127.0.0.1:1025',
    MAIL_FROM: 'no-reply@example.com',
  })
  return {
    store,
    config: parseConfig(env),
    registrations: (...args: readonly string[]) => call(runRegistrations, args, env),
    rows: (query: string) => rowsOf(database, query),
  }
}

const references = ({ stdout }: { readonly stdout: string }) =>
  (JSON.parse(stdout) as { reference: string; product: string | null }[]).map(({ reference, product }) => [
    reference.slice(0, 4),
    product,
  ])

describe.each(engines)('on %s', (engine) => {
  it('--waiting lists buyers whose access is not ready, the longest waiting first, without ended subscriptions', async () => {
    const { registrations, store } = await buyers(engine)
    expect(references(await registrations('--waiting', '--json'))).toEqual([
      ['REF1', 'analytics'],
      ['REF2', 'reports'],
      ['REF3', null],
    ])
    expect(references(await registrations('--waiting', '--product', 'reports', '--json'))).toEqual([
      ['REF2', 'reports'],
    ])
    await registrations('--ready', 'ref2-aaaa-bbbb')
    expect(references(await registrations('--waiting', '--json'))).toEqual([
      ['REF1', 'analytics'],
      ['REF3', null],
    ])
    await store.close()
  })

  it('--product lists the registrations of one product, and lists the keys if it is unknown', async () => {
    const { registrations, store } = await buyers(engine)
    expect(references(await registrations('--product', 'analytics', '--json')).map(([one]) => one)).toEqual([
      ...['REF5', 'REF4', 'REF1'],
    ])
    expect(await registrations('--product', 'gone')).toEqual({
      ...{ code: 2, stdout: '' },
      stderr: '--product must be one of analytics, reports.\n',
    })
    await store.close()
  })

  it('--ready marks access as ready, notifies webhook and buyer once, and then only changes link and message', async () => {
    const { registrations, store, rows } = await buyers(engine)
    const url = 'https://app.example.com/start'
    const first = await registrations('--ready', 'REF1-AAAA-BBBB', '--url', url, '--message', 'Welcome')
    expect(first).toEqual({
      code: 0,
      stdout: 'Access of REF1-AAAA-BBBB is marked as ready. The running app sends the buyer a mail.\n',
      stderr: '',
    })
    const events = "select actor from events where type = 'registration.ready'"
    const sent = `select receiver from deliveries where event_id in (select id from events where type = 'registration.ready') order by receiver`
    const marked = `select ready_by, ready_url, ready_message from registrations where reference = 'REF1-AAAA-BBBB'`
    expect([await rows(events), await rows(sent), await rows(marked)]).toEqual([
      [{ actor: 'cli' }],
      [{ receiver: 'mail' }, { receiver: 'webhook' }],
      [{ ready_by: 'cli', ready_url: url, ready_message: 'Welcome' }],
    ])
    const again = await registrations('--ready', 'REF1-AAAA-BBBB', '--message', '')
    expect(again.stdout).toMatch(/was ready before; its link and message are stored\. No mail is sent\./)
    const mailed = await registrations('--ready', 'REF1-AAAA-BBBB', '--notify')
    expect(mailed.stdout).toMatch(/The running app sends the buyer a mail\./)
    expect([await rows(events), await rows(sent), await rows(marked)]).toEqual([
      [{ actor: 'cli' }],
      [{ receiver: 'mail' }, { receiver: 'mail' }, { receiver: 'webhook' }],
      [{ ready_by: 'cli', ready_url: url, ready_message: null }],
    ])
    await store.close()
  })

  it('--ready --notify sends the buyer at most three more mails a day', async () => {
    const { registrations, store } = await buyers(engine)
    const notify = async () => (await registrations('--ready', 'REF1-AAAA-BBBB', '--notify')).stdout.split('. ').at(-1)
    const mails = [await notify(), await notify(), await notify(), await notify(), await notify()]
    expect(mails).toEqual([
      ...Array.from({ length: 4 }, () => 'The running app sends the buyer a mail.\n'),
      'No mail is sent: the daily limit of mails to this buyer is reached.\n',
    ])
    await store.close()
  })

  it('ten concurrent calls mark access as ready once', async () => {
    const { store, rows } = await buyers(engine)
    const mark = () =>
      store.markReady({ reference: 'REF1-AAAA-BBBB', repeatMail: false, actor: 'api', at: minutesLater(90) })
    const outcomes = (await Promise.all(Array.from({ length: 10 }, mark))).map(({ outcome }) => outcome)
    expect(outcomes.toSorted()).toEqual(['marked', ...Array.from({ length: 9 }, () => 'updated')])
    expect(await rows("select count(*) as n from events where type = 'registration.ready'")).toMatchObject([
      { n: expect.toSatisfy((n) => Number(n) === 1) as number },
    ])
    await store.close()
  })

  it('--ready fails for a buyer who has not registered and for an unknown reference', async () => {
    const { registrations, store, rows } = await buyers(engine)
    expect(await registrations('--ready', 'REF5-AAAA-BBBB')).toEqual({
      ...{ code: 2, stdout: '' },
      stderr: 'The buyer of REF5-AAAA-BBBB has not registered yet: there is no address for a mail.\n',
    })
    expect(await registrations('--ready', 'NOBO-DY00-0000')).toMatchObject({ code: 2, stdout: '' })
    expect(await rows('select reference from registrations where ready_at is not null')).toEqual([])
    await store.close()
  })

  it('the backlog counts waiting buyers and overdue ones by the promise of their product', async () => {
    const { store, config, registrations } = await buyers(engine)
    const overdue = (minutes: number) => store.backlog.overdue(overdueLimits(config.products, minutesLater(minutes)))
    expect(await store.backlog.waiting()).toBe(3)
    // Analytics promises 4 hours, the others 24.
    expect([await overdue(4 * 60 - 1), await overdue(4 * 60)]).toEqual([0, 1])
    expect([await overdue(25 * 60 - 1), await overdue(25 * 60), await overdue(26 * 60)]).toEqual([1, 2, 3])
    await registrations('--ready', 'REF1-AAAA-BBBB')
    expect([await store.backlog.waiting(), await overdue(26 * 60)]).toEqual([2, 2])
    await store.close()
  })
})

it('the promised time is rounded up to the full hour', () => {
  const { products } = parseConfig(environment({ ACCESS_WITHIN_HOURS: '2' }))
  expect(overdueLimits(products, minutesLater(179)).otherwise).toEqual(noon)
  expect(overdueLimits(createProducts([], products.unknown), minutesLater(119)).otherwise).toEqual(minutesLater(-60))
})
