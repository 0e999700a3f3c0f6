import { describe, expect, it } from 'vitest'
import { runRegistrations } from '../../src/cli/registrations/run.ts'
import { call } from '../support/command.ts'
import { jane, openWithBuyer, reference } from '../support/registered-buyer.ts'
import { engines, minutesLater, noon, type Engine } from '../support/stores.ts'

async function registered(engine: Engine) {
  const opened = await openWithBuyer(engine)
  return { ...opened, registrations: (...args: string[]) => call(runRegistrations, args, opened.env) }
}

describe.each(engines)('on %s', (engine) => {
  it('--erase removes the contact details from the registration, its events and its pending messages', async () => {
    const { registrations, rows, store, id } = await registered(engine)
    await store.registrations.complete(id, { contact: { ...jane, name: 'Jane Roe' }, language: 'en', at: noon })
    const ended = await registrations('--erase', reference.toLowerCase())
    expect(ended.stdout).toContain(
      'in 2 events and in 2 webhook messages not delivered yet; canceled 2 mails not delivered yet;',
    )
    const left = [
      await rows('select * from registrations'),
      await rows('select * from events'),
      await rows('select * from deliveries'),
    ]
    expect(JSON.stringify(left)).not.toMatch(/jane|Jane|Example Buyer/)
    expect(left[0]).toMatchObject([
      {
        ...{ reference, status: 'registered', aws_account_id: '012345678901' },
        ...{ email: null, name: null, company: null, phone: null },
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

  it('--history lists what happened to a registration and what changed', async () => {
    const { registrations, store, id } = await registered(engine)
    const evil = { ...jane, email: 'new@example.com', company: 'Evil\u001b[31m' }
    await store.registrations.complete(id, { contact: evil, language: 'en', at: minutesLater(1) })
    expect(JSON.parse((await registrations('--history', reference, '--json')).stdout)).toMatchObject([
      {
        type: 'registration.completed',
        occurredAt: noon.toISOString(),
        actor: 'buyer',
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
    const { stdout } = await registrations('--history', reference.toLowerCase())
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/).slice(1))).toEqual([
      ['WHAT', 'WHO', 'DETAILS'],
      ['first landing', 'buyer'],
      ['registration.completed', 'buyer', 'email: jane@example.com; name: Jane Doe; company: Example Buyer'],
      [
        'registration.changed',
        'buyer',
        'email: jane@example.com → new@example.com; company: Example Buyer → Evil�[31m',
      ],
      [],
    ])
    expect(await registrations('--history', 'NOBO-DY00-0000')).toMatchObject({ code: 2 })
    await store.close()
  })
})

it.each([
  [['--history', 'A', '--erase', 'A'], 'cannot be combined with other options'],
  [['--erase', 'A', '--json'], 'cannot be combined with other options'],
  [['--history', 'A', '--landed'], 'cannot be combined with other options except --json'],
])('the command registrations rejects %j', async (args, words) => {
  const { code, stderr } = await call(runRegistrations, args)
  expect([code, stderr]).toEqual([2, expect.stringContaining(words)])
})
