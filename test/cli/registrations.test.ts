import { describe, expect, it, onTestFinished } from 'vitest'
import { parseOptions } from '../../src/cli/registrations/options.ts'
import { runRegistrations } from '../../src/cli/registrations/run.ts'
import { openReadOnly } from '../../src/store/open.ts'
import { searchRegistrations } from '../../src/store/search.ts'
import { call, run } from '../support/command.ts'
import { emptyDatabase, engines, minutesLater, noon } from '../support/stores.ts'
import { evil, filled, jane, list, references, rows } from '../support/listed-buyers.ts'

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
