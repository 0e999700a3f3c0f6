import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Contact } from '../../src/domain/contact.ts'
import { parseOptions } from '../../src/cli/registrations/options.ts'
import { runRegistrations } from '../../src/cli/registrations/run.ts'
import type { SubscriptionState } from '../../src/domain/subscription-state.ts'
import { openReadOnly } from '../../src/store/open.ts'
import { searchRegistrations } from '../../src/store/search.ts'
import type { DatabaseUrl } from '../../src/config/database-url.ts'
import { call, run, type Ended } from '../support/command.ts'
import {
  aLanding,
  addressOf,
  emptyDatabase,
  engines,
  execute,
  minutesLater,
  noon,
  openTestStore,
  sessionsOf,
  type Engine,
} from '../support/stores.ts'
import { aSubscription } from '../support/a-subscription.ts'

const jane: Contact = {
  email: 'jane@example.com',
  name: 'Jane Doe',
  company: 'Example Buyer',
  phone: '+1 206 555 0100',
}
const evil: Contact = {
  email: 'eve@example.com',
  name: '=HYPERLINK("http://x","y")',
  company: '@SUM(1;2) "co"',
  phone: '-1 23 456',
}

/** Three buyers: Jane registered, Eve registered with formulas, and one has only landed. Also a session and token hashes. */
async function filled(engine: Engine): Promise<DatabaseUrl> {
  const database = await emptyDatabase(engine)
  let references = 0
  const store = await openTestStore(database, { newReference: () => `REF${String((references += 1))}-AAAA-BBBB` })
  const land = (at: Date, awsAccountId: string, license: string) =>
    store.registrations.recordLanding(
      aLanding({
        at,
        tokenHash: `tokenhash-${license}`,
        customer: { awsAccountId, licenseArn: `arn:aws:license-manager::1:license:${license}` },
      }),
    )
  const first = await land(noon, '012345678901', 'l-one')
  const second = await land(minutesLater(60), '012345678901', 'l-two')
  await land(minutesLater(120), '999988887777', 'l-three%')
  await store.registrations.complete(first.id, { contact: jane, language: 'de', at: minutesLater(5) })
  await store.registrations.complete(second.id, { contact: evil, language: 'en', at: minutesLater(65) })
  const session = { cookie: { originalMaxAge: null }, secret: 'session-data' } as never
  await sessionsOf(store).insert('session-id', first.id, session)
  await store.close()
  onTestFinished(() => {
    if (database.engine === 'sqlite') rmSync(dirname(database.path), { recursive: true })
  })
  return database
}

/** Only `DATABASE_URL` is configured. */
async function list(database: DatabaseUrl, ...args: readonly string[]): Promise<Ended> {
  const ended = await call(runRegistrations, args, { DATABASE_URL: addressOf(database) })
  expect(ended.stdout + ended.stderr).not.toMatch(/session-|tokenhash/)
  return ended
}

const rows = ({ stdout }: Ended) => JSON.parse(stdout) as Record<string, unknown>[]
const references = (ended: Ended) => rows(ended).map(({ reference }) => String(reference).slice(0, 4))

it('registrations lists all rows as JSON or CSV, and 100 in a table by default', () => {
  const limit = (...args: string[]) => parseOptions(args, new Date()).search.limit
  expect([limit(), limit('--json'), limit('--csv')]).toEqual([100, 1_000_000, 1_000_000])
  expect([limit('--limit', '7'), limit('--csv', '--limit', '7')]).toEqual([7, 7])
})

it('--since reads a time without a zone as UTC and rejects an invalid day', () => {
  const since = (when: string) => parseOptions(['--since', when], new Date()).search.since?.toISOString()
  expect(since('2026-11-22T10:00')).toBe('2026-11-22T10:00:00.000Z')
  expect(since('2026-11-22T10:00+02:00')).toBe('2026-11-22T08:00:00.000Z')
  expect(() => since('2026-02-30')).toThrow('--since must be')
})

type AnAgreement = {
  readonly agreementId: string
  readonly license: string | null
  readonly state: SubscriptionState
  readonly startsAt?: Date
  readonly previous?: string
  readonly initial?: string
}

/** Adds subscriptions for these agreements. */
async function followed(database: DatabaseUrl, agreements: readonly AnAgreement[]): Promise<DatabaseUrl> {
  const store = await openTestStore(database)
  for (const { agreementId, license, state, startsAt = noon, previous = null, initial = null } of agreements)
    await store.query((unit) =>
      unit.subscriptions.save(
        aSubscription({
          ...{ agreementId, state, startsAt, previousAgreementId: previous, initialAgreementId: initial },
          licenseArn: license === null ? null : `arn:aws:license-manager::1:license:${license}`,
          licenseId: license,
          ...{ productCode: 'product-1', productId: 'prod-one', awsAccountId: '012345678901' },
        }),
      ),
    )
  await store.close()
  return database
}

const nothingFollowed = /^No subscription is known yet\. .*EVENTS_QUEUE_URL or PRODUCT_IDS/

describe.each(engines)('with subscriptions on %s', (engine) => {
  it('--unregistered lists the agreements without a registration, newest first', async () => {
    const database = await followed(await filled(engine), [
      { agreementId: 'agmt-landed', license: 'l-one', state: 'active' },
      { agreementId: 'agmt-renewed', license: 'l-one-renewed', state: 'active', previous: 'agmt-landed' },
      { agreementId: 'agmt-early', license: 'l-early', state: 'ending' },
      { agreementId: 'agmt-late', license: 'l-late', state: 'active', startsAt: minutesLater(60) },
      { agreementId: 'agmt-unpaid', license: null, state: 'pending' },
      { agreementId: 'agmt-gone', license: 'l-gone', state: 'ended' },
    ])
    const ended = await list(database, '--unregistered', '--json')
    expect(JSON.parse(ended.stdout)).toEqual(
      ['late', 'early'].map((name) => ({
        agreementId: `agmt-${name}`,
        awsAccountId: '012345678901',
        licenseArn: `arn:aws:license-manager::1:license:l-${name}`,
        productId: 'prod-one',
      })),
    )
    expect(ended.stderr).toBe('')
    const { stdout, stderr } = await list(database, '--unregistered', '--limit', '1')
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['AGREEMENT', 'AWS ACCOUNT', 'LICENSE', 'PRODUCT'],
      ['agmt-late', '012345678901', 'l-late', 'prod-one'],
      [''],
    ])
    expect(stderr).toBe('These are the newest 1; for more, use --limit N.\n')
  })

  it('--state finds registrations by the state of their subscription or of its renewal, combined with other filters', async () => {
    const database = await followed(await filled(engine), [
      { agreementId: 'agmt-one', license: 'l-one', state: 'ended' },
      { agreementId: 'agmt-two', license: 'l-two', state: 'active' },
      { agreementId: 'agmt-three', license: 'l-three%', state: 'active' },
      { agreementId: 'agmt-open', license: null, state: 'pending' },
    ])
    expect(references(await list(database, '--json', '--state', 'active'))).toEqual(['REF3', 'REF2'])
    expect(references(await list(database, '--json', '--state', 'active', '--registered'))).toEqual(['REF2'])
    expect(references(await list(database, '--json', '--state', 'ended'))).toEqual(['REF1'])
    expect(references(await list(database, '--json', '--state', 'superseded'))).toEqual([])
    await followed(database, [
      { agreementId: 'agmt-one', license: 'l-one', state: 'superseded' },
      { agreementId: 'agmt-one-again', license: 'l-one-again', state: 'active', previous: 'agmt-one' },
      { agreementId: 'agmt-two', license: 'l-two', state: 'superseded', initial: 'agmt-two' },
      { agreementId: 'agmt-two-again', license: 'l-two-again', state: 'ended', initial: 'agmt-two' },
      { agreementId: 'agmt-none', license: 'l-none', state: 'superseded', initial: 'agmt-none' },
    ])
    expect(references(await list(database, '--json', '--state', 'active'))).toEqual(['REF3', 'REF1'])
    expect(references(await list(database, '--json', '--state', 'ended'))).toEqual(['REF2'])
    expect(references(await list(database, '--json', '--state', 'superseded'))).toEqual(['REF2', 'REF1'])
    const none = await list(database, '--state', 'pending')
    expect(none).toEqual({ code: 0, stdout: '', stderr: 'No registration matches.\n' })
  })

  it('--unregistered distinguishes complete landings from subscriptions that are not followed', async () => {
    const database = await filled(engine)
    for (const asked of [['--unregistered'], ['--state', 'active']]) {
      expect(await list(database, ...asked)).toMatchObject({
        ...{ code: 0, stdout: '' },
        stderr: expect.stringMatching(nothingFollowed) as string,
      })
      const ended = await list(database, ...asked, '--json')
      expect(ended).toMatchObject({ stdout: '[]\n', stderr: expect.stringMatching(nothingFollowed) as string })
    }
    await followed(database, [{ agreementId: 'agmt-one', license: 'l-one', state: 'active' }])
    expect(await list(database, '--unregistered')).toEqual({
      ...{ code: 0, stdout: '' },
      stderr: 'Every buyer with an active agreement has landed.\n',
    })
    expect(await list(database, '--unregistered', '--json')).toMatchObject({ stdout: '[]\n', stderr: '' })
  })

  it('registrations rejects a database of the previous release', async () => {
    const database = await filled(engine)
    await execute(database, 'drop table subscriptions; delete from migrations')
    expect(references(await list(database, '--json'))).toHaveLength(3)
    for (const asked of [['--unregistered'], ['--state', 'active']])
      expect(await list(database, ...asked)).toEqual({
        ...{ code: 2, stdout: '' },
        stderr: 'The database of DATABASE_URL is not migrated to this release: start the app once.\n',
      })
  })
})

describe.each(engines)('the list of registrations on %s', (engine) => {
  it('registrations prints a table, newest first', async () => {
    const { code, stdout, stderr } = await list(await filled(engine))
    expect(code).toBe(0)
    expect(stderr).toBe('')
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      [
        'REFERENCE',
        'STATUS',
        'LANDED (UTC)',
        'REGISTERED (UTC)',
        'READY (UTC)',
        'AWS ACCOUNT',
        'LICENSE',
        'COMPANY',
        'E-MAIL',
      ],
      ['REF3-AAAA-BBBB', 'landed', '2026-11-23 14:00', '–', '–', '999988887777', 'l-three%', '–', '–'],
      [
        'REF2-AAAA-BBBB',
        'registered',
        '2026-11-23 13:00',
        '2026-11-23 13:05',
        '–',
        '012345678901',
        'l-two',
        evil.company,
        evil.email,
      ],
      [
        'REF1-AAAA-BBBB',
        'registered',
        '2026-11-23 12:00',
        '2026-11-23 12:05',
        '–',
        '012345678901',
        'l-one',
        jane.company,
        jane.email,
      ],
      [''],
    ])
  })

  it('registrations filters by status, account, license, reference and time', async () => {
    const database = await filled(engine)
    const { db } = await openReadOnly(database, 2_000)
    onTestFinished(() => db.destroy())
    const found = async (...args: readonly string[]) => {
      const rows = await searchRegistrations(db, {
        ...parseOptions(args, minutesLater(180)).search,
        productCodes: null,
      })
      return rows.map(({ reference }) => reference.slice(0, 4))
    }
    expect(await found()).toEqual(['REF3', 'REF2', 'REF1'])
    expect(await found('--landed')).toEqual(['REF3'])
    expect(await found('--registered')).toEqual(['REF2', 'REF1'])
    expect(await found('--account', '0123-4567-8901')).toEqual(['REF2', 'REF1'])
    expect(await found('--license', 'arn:aws:license-manager::1:license:l-one')).toEqual(['REF1'])
    expect(await found('--license', 'l-two')).toEqual(['REF2'])
    expect(await found('--license', 'l-three%')).toEqual(['REF3'])
    expect(await found('--license', '%')).toEqual(['REF3'])
    expect(await found('--license', 'l-o_e')).toEqual([])
    expect(await found('--reference', 'ref1-aaaa-bbbb')).toEqual(['REF1'])
    expect(await found('--since', '2026-11-23T13:00:00Z')).toEqual(['REF3', 'REF2'])
    expect(await found('--since', '2h')).toEqual(['REF3', 'REF2'])
    expect(await found('--since', '1d')).toEqual(['REF3', 'REF2', 'REF1'])
    expect(await found('--account', '012345678901', '--since', '2026-11-23T12:30:00Z')).toEqual(['REF2'])
  })

  it('registrations reports rows beyond the limit', async () => {
    const ended = await list(await filled(engine), '--json', '--limit', '2')
    expect(references(ended)).toEqual(['REF3', 'REF2'])
    expect(ended.stderr).toContain('These are the newest 2; for more')
  })

  it('registrations --json has exactly the documented columns', async () => {
    const [row] = rows(await list(await filled(engine), '--json', '--reference', 'REF1-AAAA-BBBB'))
    expect(row).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      reference: 'REF1-AAAA-BBBB',
      status: 'registered',
      product: null,
      product_code: 'product-1',
      aws_account_id: '012345678901',
      license_arn: 'arn:aws:license-manager::1:license:l-one',
      customer_identifier: null,
      offer_type: null,
      claimed_agreement_id: null,
      claimed_product_id: null,
      ...jane,
      fields: {},
      field_labels: {},
      language: 'de',
      landed_at: '2026-11-23T12:00:00.000Z',
      last_landed_at: '2026-11-23T12:00:00.000Z',
      registered_at: '2026-11-23T12:05:00.000Z',
      ...{ ready_at: null, ready_by: null, ready_url: null, ready_message: null },
      updated_at: '2026-11-23T12:05:00.000Z',
    })
  })

  it('registrations --csv turns formulas into text', async () => {
    const { stdout } = await list(await filled(engine), '--csv', '--registered')
    const [heading, eve] = stdout.split('\r\n')
    expect(heading).toMatch(/^id,reference,status,product,product_code,aws_account_id,license_arn,.*,updated_at$/)
    expect(eve).toContain(
      `,eve@example.com,"'=HYPERLINK(""http://x"",""y"")","'@SUM(1;2) ""co""","'-1 23 456",en,2026-11-23T13:00:00.000Z,`,
    )
    expect(stdout).toContain(`,jane@example.com,Jane Doe,Example Buyer,"'+1 206 555 0100",de,`)
  })

  it('registrations reports that nothing was found, and where to look up the reference of a failure page', async () => {
    const database = await filled(engine)
    expect(await list(database, '--account', '111111111111')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'No registration matches.\n',
    })
    expect((await list(database, '--reference', 'ZZZZ-ZZZZ-ZZZZ')).stderr).toMatch(/docs\/reference\.md/)
    expect(await list(database, '--reference', 'ZZZZ-ZZZZ-ZZZZ', '--json')).toMatchObject({
      stdout: '[]\n',
      stderr: '',
    })
  })

  it('registrations reports a database without tables', async () => {
    expect(await list(await emptyDatabase(engine))).toEqual({
      code: 2,
      stdout: '',
      stderr: 'The database of DATABASE_URL has no registrations yet: start the app once.\n',
    })
  })
})

it.each<[readonly string[], RegExp]>([
  [['--landet'], /Unknown option '--landet'/],
  [['jane'], /Unexpected argument 'jane'/],
  [['--json', '--csv'], /cannot be combined/],
  [['--landed', '--registered'], /cannot be combined/],
  [['--account', '12345'], /--account must be the 12 digits/],
  [['--since', 'yesterday'], /--since must be a span such as 45m/],
  [['--since', '2026-13-01'], /--since must be/],
  [['--limit', '0'], /--limit must be a whole number/],
  [['--license', ''], /--license is empty/],
  [['--license'], /--license/],
  [['--state', 'canceled'], /--state must be one of scheduled, pending, active, ending, superseded, ended/],
  [['--unregistered', '--landed'], /--unregistered cannot be combined with other options except --json, --limit/],
  [['--unregistered', '--csv'], /--unregistered cannot be combined/],
  [['--history', 'A', '--unregistered'], /cannot be combined/],
  [['--url', 'https://app.example.com'], /--url needs --ready REFERENCE/],
  [['--ready', 'A', '--url', 'http://app.example.com'], /--url must be a web address that begins with https:/],
  [['--ready', 'A', '--message', 'x'.repeat(501)], /--message has more than 500 characters/],
  [['--ready', 'A', '--json'], /--ready cannot be combined with other options except --url, --message, --notify/],
])('registrations rejects %j and names the option', (args, message) => {
  expect(() => parseOptions(args, noon)).toThrow(message)
})

it('registrations runs as a process and rejects an invalid option in one line', async () => {
  expect(await run('cli/registrations/main.ts', ['--landet'])).toEqual({
    code: 2,
    stdout: '',
    stderr: "Unknown option '--landet'. See --help.\n",
  })
})

it('registrations --help prints the options', async () => {
  const { code, stdout } = await call(runRegistrations, ['--help'])
  expect(code).toBe(0)
  const options = ['--landed', '--account', '--license', '--since', '--reference', '--limit', '--json', '--csv']
  for (const option of [...options, '--state', '--unregistered']) expect(stdout).toContain(option)
})

it.each([
  ['postgres://landing:hunter2@127.0.0.1:1/landing', 1, /nothing listens/],
  ['mysql://landing:hunter2@db/x', 2, /DATABASE_URL must begin with sqlite: or postgres:/],
])('registrations explains the error of %s without repeating the value', async (url, code, message) => {
  const ended = await call(runRegistrations, [], { DATABASE_URL: url })
  expect(ended.code).toBe(code)
  expect(ended.stderr).toMatch(message)
  expect(ended.stderr).not.toContain('hunter2')
})
