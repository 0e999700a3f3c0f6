import { describe, expect, it } from 'vitest'
import { mailBody } from '../../src/delivery/mail-body.ts'
import { webhookMessage } from '../../src/delivery/webhook.ts'
import type { Message, MessagesFor } from '../../src/domain/delivery.ts'
import type { ListedDelivery } from '../../src/store/delivery-list.ts'
import { run, type Ended } from '../support/command.ts'
import { environment } from '../support/environment.ts'
import {
  aLanding,
  emptyDatabase,
  engines,
  execute,
  noon,
  openTestStore,
  rowsOf,
  type Engine,
} from '../support/stores.ts'

const jane = { email: 'jane@example.com', name: 'Jane Doe', company: 'Example Buyer', phone: null }
const reference = 'REFA-AAAA-BBBB'
const mail: Message = { receiver: 'mail', recipient: jane.email, audience: 'buyer', body: `To ${jane.name}` }
const both: MessagesFor = (notification) => [webhookMessage(notification), mail]
const webhookOnly: MessagesFor = (notification) => [webhookMessage(notification)]
const webhook = {
  WEBHOOK_URL: 'http://127.0.0.1:9/hook',
  WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
}

/** Jane is registered, with a message to the webhook and a mail that wait. */
async function filled(engine: Engine, messagesFor = both) {
  const database = await emptyDatabase(engine)
  const store = await openTestStore(database, { newReference: () => reference, messagesFor })
  const { id } = await store.registrations.recordLanding(aLanding({ at: noon }))
  await store.registrations.complete(id, { contact: jane, language: 'en', at: noon })
  const env = { DATABASE_URL: database.engine === 'sqlite' ? `sqlite:${database.path}` : database.url }
  const call = async (...args: string[]) => {
    const ended = await run('cli/deliveries/main.ts', args, env)
    expect(ended.stdout + ended.stderr).not.toMatch(/jane|Jane|Example Buyer/)
    return ended
  }
  return {
    store,
    id,
    env,
    call,
    json: async (...args: string[]) => listed(await call('--json', ...args)),
    configured: (...args: string[]) => run('cli/deliveries/main.ts', args, environment({ ...env, ...webhook })),
    registrations: (...args: string[]) => run('cli/registrations/main.ts', args, env),
    rows: (query: string) => rowsOf(database, query),
    execute: (statement: string) => execute(database, statement),
  }
}

const listed = ({ stdout }: Ended) => JSON.parse(stdout) as ListedDelivery[]

describe.each(engines)('the deliveries on %s', (engine) => {
  it('are listed with exactly the promised fields', async () => {
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

  it('are pending, sent or dead', async () => {
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
    expect((await call('--pending')).stderr).toBe('No delivery is like that.\n')
    await store.close()
  })

  it('are tried again from the beginning: one, or all that wait or are dead, but not what is being sent', async () => {
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

  it('are written again, for the receivers that are configured, under the same event', async () => {
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

  it('tell a registration from before there were events, and nothing of a buyer who only landed', async () => {
    const { configured, execute, rows, store } = await filled(engine)
    await execute('delete from deliveries; delete from events')
    expect(listed(await configured('--json', '--resend', reference))).toHaveLength(1)
    expect(await rows('select type from events')).toEqual([{ type: 'registration.completed' }])
    await execute(`delete from deliveries; delete from events; update registrations set status = 'landed'`)
    expect((await configured('--resend', reference)).stderr).toContain('has not registered')
    await store.close()
  })

  it('test the webhook, and a mail to each of NOTIFY_EMAIL', async () => {
    const { configured, env, store } = await filled(engine, webhookOnly)
    const mail = { MAIL_URL: 'ses://eu-west-1', MAIL_FROM: 'no-reply@example.com' }
    const told = { ...env, ...mail, NOTIFY_EMAIL: 'sales@example.com,ops@example.com' }
    await run('cli/deliveries/main.ts', ['--test'], environment({ ...told, ...webhook }))
    const mails = await store.outbox.claim('mail', 9)
    expect(mails.map(({ recipient, audience }) => [recipient, audience]).sort()).toEqual([
      ['ops@example.com', 'seller'],
      ['sales@example.com', 'seller'],
    ])
    expect(mailBody.parse(JSON.parse(mails[0]?.body ?? ''))).toMatchObject({
      subject: 'Test: Example Analytics',
      text: expect.stringMatching(/^This is a test\n/) as string,
    })
    const nobody = await run('cli/deliveries/main.ts', ['--test'], environment({ ...env, ...mail }))
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('NOTIFY_EMAIL')])
    const ended = await configured('--json', '--test')
    expect(listed(ended)).toMatchObject([{ type: 'test', receiver: 'webhook', reference: null, state: 'pending' }])
    expect(
      (await store.outbox.claim('webhook', 9)).map(({ body }) => (JSON.parse(body) as { data: object }).data),
    ).toContainEqual({})
    await store.close()
  })

  it('lose the contact details when a registration is erased, and so do its events and its row', async () => {
    const { registrations, rows, store, id } = await filled(engine)
    await store.registrations.complete(id, { contact: { ...jane, name: 'Jane Roe' }, language: 'en', at: noon })
    const ended = await registrations('--erase', reference)
    expect(ended.stdout).toContain(
      'in 2 events, in 2 webhook messages not delivered yet; 2 mails not delivered yet ended',
    )
    const left = [
      await rows('select * from registrations'),
      await rows('select * from events'),
      await rows('select * from deliveries'),
    ]
    expect(JSON.stringify(left)).not.toMatch(/jane|Jane|Example Buyer/)
    expect(left[0]).toMatchObject([
      {
        reference,
        status: 'registered',
        aws_account_id: '012345678901',
        email: null,
        name: null,
        company: null,
        phone: null,
      },
    ])
    expect(left[0]?.[0]?.['license_arn']).toContain('l-1')
    const bodies = (await store.outbox.claim('webhook', 9)).map(({ body }) => JSON.parse(body) as { type: string })
    bodies.sort((one, other) => other.type.localeCompare(one.type))
    expect(bodies).toMatchObject([
      { type: 'registration.completed', data: { registration: { reference, email: null } } },
      { type: 'registration.changed', data: { registration: { reference, email: null }, previous: null } },
    ])
    expect(await registrations('--erase', 'REFA-AAAA')).toMatchObject({ code: 2, stdout: '' })
    expect((await registrations('--erase', reference)).stdout).toContain('in 0 events')
    await store.close()
  })

  it('have a history of what changed', async () => {
    const { registrations, store, id } = await filled(engine)
    const later = new Date(noon.getTime() + 60_000)
    const evil = { ...jane, email: 'new@example.com', company: 'Evil\u001b[31m' }
    await store.registrations.complete(id, { contact: evil, language: 'en', at: later })
    expect(JSON.parse((await registrations('--history', reference, '--json')).stdout)).toMatchObject([
      {
        type: 'registration.completed',
        occurredAt: noon.toISOString(),
        changes: [{ field: 'email', from: null, to: jane.email }, {}, {}],
      },
      {
        type: 'registration.changed',
        changes: [
          { field: 'email', from: jane.email, to: 'new@example.com' },
          { field: 'company', from: 'Example Buyer', to: evil.company },
        ],
      },
    ])
    const { stdout } = await registrations('--history', reference)
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/).slice(1))).toEqual([
      ['WHAT', 'CONTACT DETAILS'],
      ['landed first'],
      ['registration.completed', 'email: jane@example.com; name: Jane Doe; company: Example Buyer'],
      ['registration.changed', 'email: jane@example.com → new@example.com; company: Example Buyer → Evil�[31m'],
      [],
    ])
    expect(await registrations('--history', 'NOBO-DY00-0000')).toMatchObject({ code: 2 })
    await store.close()
  })
})

it.each([
  [['--pending', '--failed'], 'exclude each other'],
  [['--retry', ''], '--retry is empty'],
  [['--nothing'], "Unknown option '--nothing'. See --help."],
])('the deliveries refuse %j', async (args, words) => {
  const { code, stderr } = await run('cli/deliveries/main.ts', args, {})
  expect([code, stderr]).toEqual([2, expect.stringContaining(words)])
})

it.each([
  [['--history', 'A', '--erase', 'A'], 'goes with no other option'],
  [['--erase', 'A', '--json'], 'goes with no other option'],
  [['--history', 'A', '--landed'], 'goes with no other option but --json'],
])('the registrations refuse %j', async (args, words) => {
  const { code, stderr } = await run('cli/registrations/main.ts', args, {})
  expect([code, stderr]).toEqual([2, expect.stringContaining(words)])
})
