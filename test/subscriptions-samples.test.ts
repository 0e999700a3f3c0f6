import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { Webhook as Svix } from 'svix'
import { expect, it } from 'vitest'
import { createReceivers } from '../src/delivery/receivers.ts'
import { deliverJob } from '../src/jobs/deliver.ts'
import { awsSamples } from './support/aws-samples.ts'
import { listen } from './support/listen.ts'
import { subscriptionStore } from './support/subscription-store.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

type Sent = { readonly type: string; readonly data: { readonly subscription: Row; readonly notice?: Row } }
type Row = Readonly<Record<string, unknown>>

/** A receiver that accepts what both verifying libraries accept. */
async function startReceiver() {
  const received = new Map<string, Sent>()
  const { url } = await listen((request, response) => {
    void text(request)
      .then((body) => {
        const headers = request.headers as Record<string, string>
        new Svix(secret).verify(body, headers)
        received.set(headers['webhook-id'] ?? '', new Webhook(secret).verify(body, headers) as Sent)
        response.writeHead(204).end()
      })
      .catch(() => response.writeHead(400).end())
  })
  return { url, received }
}

/** A service whose webhook is the receiver. `deliver` sends what is due. */
async function start() {
  const { url, received } = await startReceiver()
  const now = () => new Date()
  const webhook = { url: `${url}/hook`, authorization: null, secrets: [secret] }
  const { messagesFor, senders } = createReceivers({ webhook, mail: null, now })
  const store = await subscriptionStore('sqlite', now(), { messagesFor })
  const send = senders.get('webhook')
  if (send === undefined) throw new Error('no webhook')
  const { outbox } = store.store
  const job = deliverJob({
    receiver: 'webhook',
    outbox,
    send,
    schedule: [],
    random: () => 0,
    onAttempt: () => undefined,
  })
  const deliver = async () => {
    await job.run(new AbortController().signal)
    await job.finish?.()
  }
  const of = (agreementId: string) =>
    [...received.values()].filter(({ data }) => data.subscription['agreement_id'] === agreementId)
  return { ...store, deliver, of }
}

const samples = (set: number) =>
  awsSamples({
    set,
    account: '111122223333',
    buyer: `8457352841${String(set)}`,
    productCode: 'ours',
    productId: 'prod-ours',
  })

it('AWS’s samples in their own order are notified correctly', async () => {
  const { receive, check, deliver, of } = await start()
  const { events, first, second } = samples(10)
  for (const body of events) {
    await receive(body)
    await check({})
    await deliver()
  }
  const types = (agreementId: string) => of(agreementId).map(({ type }) => type.replace('subscription.', ''))
  expect(types(first)).toEqual(['activated', 'updated', 'notice', 'notice', 'advisory', 'advisory'])
  expect(types(second)).toEqual(['renewed', 'notice', 'ending', 'ended'])
})

it.each([11, 12, 13, 14, 15, 16, 17, 18, 19, 20])(
  'AWS’s samples in random order %i lead to the same state, and each change is notified once',
  async (seed) => {
    const { receive, check, deliver, of, published } = await start()
    const { events, first, second, notices, renewal, deprovisioning } = samples(seed)
    const [order = []] = fc.sample(fc.shuffledSubarray(events, { minLength: events.length }), { seed, numRuns: 1 })
    for (const [index, body] of order.entries()) {
      await receive(body)
      if (index % 3 === 0) await check({})
    }
    await check({})
    await deliver()
    expect(await published()).toMatchObject([
      { state: 'superseded', ends_at: '2028-08-20T21:36:00.000Z', advisory_at: null, previous_agreement_id: null },
      {
        ...{ state: 'ended', ended_at: '2026-11-01T09:30:00.000Z' },
        ...{ previous_agreement_id: first, initial_agreement_id: first },
      },
    ])
    const [old, renewed] = [of(first), of(second)]
    const details = [...old, ...renewed].flatMap(({ data }) => data.notice?.['detail'] ?? [])
    expect(details).toHaveLength(3)
    const expected = notices.map((body) => (JSON.parse(body) as { detail: object }).detail)
    expect(details).toEqual(expect.arrayContaining(expected))
    const count = (sent: readonly Sent[], type: string) =>
      sent.filter((one) => one.type === `subscription.${type}`).length
    expect(count(renewed, 'ended')).toBe(1)
    // Until its renewal is known, a license that was deprovisioned has ended.
    if (order.indexOf(renewal) < order.indexOf(deprovisioning)) expect(count(old, 'ended')).toBe(0)
    const contents = [...old, ...renewed].map(({ type, data: { subscription, notice } }) =>
      JSON.stringify([type, { ...subscription, updated_at: null }, notice]),
    )
    expect(new Set(contents).size).toBe(contents.length)
  },
)
