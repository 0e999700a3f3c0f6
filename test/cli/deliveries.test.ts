import { describe, expect, it } from 'vitest'
import { mailBody } from '../../src/delivery/mail-body.ts'
import { webhookMessage } from '../../src/delivery/webhook.ts'
import type { MessagesFor } from '../../src/domain/delivery.ts'
import type { ListedDelivery } from '../../src/store/delivery-list.ts'
import { runDeliveries } from '../../src/cli/deliveries/run.ts'
import { call as callCommand, run, type Ended } from '../support/command.ts'
import { environment } from '../support/environment.ts'
import { openWithBuyer, reference } from '../support/registered-buyer.ts'
import { engines, type Engine } from '../support/stores.ts'

const webhookOnly: MessagesFor = (notification) => [webhookMessage(notification)]
const webhook = {
  WEBHOOK_URL: 'http://127.0.0.1:9/hook',
  WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
}

async function filled(engine: Engine, messagesFor?: MessagesFor) {
  const opened = await openWithBuyer(engine, messagesFor)
  const { env } = opened
  const call = async (...args: string[]) => {
    const ended = await callCommand(runDeliveries, args, env)
    expect(ended.stdout + ended.stderr).not.toMatch(/jane|Jane|Example Buyer/)
    return ended
  }
  return {
    ...opened,
    call,
    json: async (...args: string[]) => listed(await call('--json', ...args)),
    configured: (...args: string[]) => callCommand(runDeliveries, args, environment({ ...env, ...webhook })),
  }
}

const listed = ({ stdout }: Ended) => JSON.parse(stdout) as ListedDelivery[]

describe.each(engines)('the command deliveries, on %s,', (engine) => {
  it('deliveries --json lists a delivery with exactly the documented fields', async () => {
    const { json, store } = await filled(engine, webhookOnly)
    const [delivery] = await json()
    expect(Object.keys(delivery ?? {})).toEqual([
      ...['id', 'eventId', 'type', 'receiver', 'reference', 'state', 'attempts', 'dueAt', 'lastAttemptAt', 'lastError'],
    ])
    expect(delivery).toMatchObject({
      ...{ type: 'registration.completed', receiver: 'webhook', reference, state: 'pending' },
      ...{ attempts: 0, lastAttemptAt: null, lastError: null },
    })
    await store.close()
  })

  it('deliveries lists pending, sent and dead deliveries', async () => {
    const { json, call, store } = await filled(engine)
    const [sent] = await store.outbox.claim('webhook', 1)
    const [dead] = await store.outbox.claim('mail', 1)
    if (sent === undefined || dead === undefined) throw new Error('nothing was claimed')
    await store.outbox.markSent(sent)
    await store.outbox.markDead(dead, 'SMTP 550')
    expect((await json()).map(({ receiver, state }) => [receiver, state]).sort()).toEqual([
      ['mail', 'dead'],
      ['webhook', 'sent'],
    ])
    expect(await json('--failed')).toMatchObject([{ id: dead.id, attempts: 1, lastError: 'SMTP 550' }])
    expect(await json('--pending')).toEqual([])
    expect((await call('--failed')).stdout).toMatch(
      /ID +EVENT.*\n\S+ +registration\.completed +mail +REFA-AAAA-BBBB +dead +1 .*SMTP 550\n/,
    )
    expect((await call('--pending')).stderr).toBe('No delivery matches.\n')
    await store.close()
  })

  it('--retry restarts one delivery or all pending and dead ones, but none that is being sent', async () => {
    const { json, call, store } = await filled(engine)
    const [first] = await store.outbox.claim('webhook', 1)
    const [second] = await store.outbox.claim('mail', 1)
    if (first === undefined || second === undefined) throw new Error('nothing was claimed')
    expect(await call('--retry', first.id)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('being sent') as string,
    })
    expect(await json('--retry', 'all')).toEqual([])
    await store.outbox.markFailed(first, 'HTTP 500', 3_600_000)
    await store.outbox.markDead(second, 'HTTP 410')
    expect(await store.outbox.claim('webhook', 1)).toEqual([])
    expect(await json('--retry', second.id)).toMatchObject([{ id: second.id, state: 'pending', attempts: 0 }])
    expect(await json('--retry', 'all')).toHaveLength(2)
    expect(await store.outbox.claim('webhook', 9)).toMatchObject([{ id: first.id, attempts: 1 }])
    expect(await store.outbox.claim('mail', 9)).toMatchObject([{ id: second.id, attempts: 1 }])
    await store.outbox.markSent(first)
    expect((await call('--retry', first.id)).stderr).toContain(`--resend ${reference}`)
    expect(await call('--retry', 'nothing')).toMatchObject({ code: 2, stderr: 'No delivery has the id nothing.\n' })
    await store.close()
  })

  it('--resend sends the last event with the same id to the configured receivers', async () => {
    const { call, configured, rows, store } = await filled(engine)
    const ended = await configured('--json', '--resend', reference.toLowerCase())
    const events = await rows('select id from events')
    expect(events).toHaveLength(1)
    expect(listed(ended)).toMatchObject([{ eventId: events[0]?.['id'], receiver: 'webhook', state: 'pending' }])
    expect(await rows('select id from deliveries')).toHaveLength(3)
    expect(await configured('--resend', 'NOBO-DY00-0000')).toMatchObject({
      code: 2,
      stderr: 'No registration has the reference NOBO-DY00-0000.\n',
    })
    const bare = await call('--resend', reference)
    expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining('PRODUCT_CODES is missing')])
    await store.close()
  })

  it('--resend fails for a registration without events', async () => {
    const { configured, execute, store } = await filled(engine)
    await execute('delete from deliveries; delete from events')
    expect((await configured('--resend', reference)).stderr).toContain('has no event yet')
    await store.close()
  })

  it('--test sends to the webhook and to each address of NOTIFY_EMAIL', async () => {
    const { configured, env, store } = await filled(engine, webhookOnly)
    const mail = { MAIL_URL: 'ses://eu-west-1', MAIL_FROM: 'no-reply@example.com' }
    const notified = { ...env, ...mail, NOTIFY_EMAIL: 'sales@example.com,ops@example.com' }
    await callCommand(runDeliveries, ['--test'], environment({ ...notified, ...webhook }))
    const mails = await store.outbox.claim('mail', 9)
    expect(mails.map(({ recipient, audience }) => [recipient, audience]).sort()).toEqual([
      ['ops@example.com', 'seller'],
      ['sales@example.com', 'seller'],
    ])
    expect(mailBody.parse(JSON.parse(mails[0]?.body ?? ''))).toMatchObject({
      subject: 'Test: Example Analytics',
      text: expect.stringMatching(/^This is a test\n/) as string,
    })
    const nobody = await callCommand(runDeliveries, ['--test'], environment({ ...env, ...mail }))
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('NOTIFY_EMAIL')])
    const ended = await configured('--json', '--test')
    expect(listed(ended)).toMatchObject([{ type: 'test', receiver: 'webhook', reference: null, state: 'pending' }])
    expect(
      (await store.outbox.claim('webhook', 9)).map(({ body }) => (JSON.parse(body) as { data: object }).data),
    ).toContainEqual({})
    await store.close()
  })
})

it.each([
  [['--pending', '--failed'], 'cannot be combined'],
  [['--retry', ''], '--retry is empty'],
  [['--nothing'], "Unknown option '--nothing'. See --help."],
])('the command deliveries rejects %j', async (args, words) => {
  const { code, stderr } = await callCommand(runDeliveries, args)
  expect([code, stderr]).toEqual([2, expect.stringContaining(words)])
})

it('the command deliveries runs as a process', async () => {
  const { env, store } = await filled('sqlite', webhookOnly)
  expect(await run('cli/deliveries/main.ts', ['--json'], env)).toMatchObject({
    ...{ code: 0, stderr: '' },
    stdout: expect.stringContaining('"type": "registration.completed"') as string,
  })
  await store.close()
})
