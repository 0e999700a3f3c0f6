import type { ResolveCustomerResult } from '@aws-sdk/client-marketplace-metering'
import { describe, expect, it } from 'vitest'
import { check } from '../src/check/command.ts'
import { drive } from '../src/check/drive.ts'
import { type Report, reportOf, rules } from '../src/check/report.ts'
import { startSimulator } from '../src/simulator.ts'
import { freePort } from '../../test/support/free-port.ts'
import { type Parts, smallLanding } from './small-landing.ts'

type Options = { readonly host?: string; readonly timeoutMs?: number }

/** The check of a small landing page that differs from the correct one. */
async function checked(changes: Partial<Parts> = {}, { host = 'localhost', timeoutMs = 15_000 }: Options = {}) {
  const simulator = await startSimulator()
  const landing = await smallLanding(simulator.url, changes)
  const landingUrl = new URL(landing.url.replace('localhost', host))
  try {
    return reportOf(await drive(simulator, { landingUrl, timeoutMs, slowMs: 50 }))
  } finally {
    landing.close()
    await simulator.close()
  }
}

const failed = ({ rules: judged }: Report) => judged.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id)
const verdictOf = ({ rules: judged }: Report, id: string) => judged.find((rule) => rule.id === id)?.verdict

function requires(field: 'CustomerIdentifier' | 'LicenseArn') {
  return (customer: ResolveCustomerResult) => {
    if (!customer[field]) throw new TypeError(`${field} is missing`)
  }
}

function eachLicenseOnce() {
  const stored = new Set<string>()
  return ({ LicenseArn }: ResolveCustomerResult) => {
    if (LicenseArn === undefined) return
    if (stored.has(LicenseArn)) throw new Error('duplicate key')
    stored.add(LicenseArn)
  }
}

function oneLicensePerAccount() {
  const licenses = new Map<string | undefined, string | undefined>()
  return ({ CustomerAWSAccountId, LicenseArn }: ResolveCustomerResult) => {
    const known = licenses.get(CustomerAWSAccountId) ?? LicenseArn
    if (known !== LicenseArn) throw new Error('another license')
    licenses.set(CustomerAWSAccountId, LicenseArn)
  }
}

function inTurn(...stores: readonly Parts['store'][]): Parts['store'] {
  return (customer) => {
    for (const store of stores) store(customer)
  }
}

/** Checks only the exception's name. */
function hasCredentialsName({ name }: Error): boolean {
  return ['AccessDeniedException', 'UnrecognizedClientException'].includes(name)
}

describe('the check of a small landing page', () => {
  it('the check passes every rule of a correct landing page', async () => {
    const report = await checked()
    expect(report.rules.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
    expect(report).toMatchObject({ passed: rules.length, failed: 0 })
  })

  // Errors that do not hide one another share a landing page, because each check takes a second or two.
  it.each<[string, readonly string[], Partial<Parts>, Options?]>([
    [
      'a GET answered with 405, a second call for the form, AWS’s own message on a page, the token in a cookie and in a page, and a cookie without HttpOnly',
      ['get-answers-200', 'redeemed-once', 'cause-hidden', 'no-token-in-cookie', 'no-token-in-page', 'session-cookie'],
      {
        get: (res) => void res.status(405).send('POST only'),
        asksAgain: true,
        pageFor: ({ name, message }) => [name === 'ExpiredTokenException' ? 410 : 500, `${name}: ${message}`],
        sessionId: (token) => Buffer.from(token).toString('base64url'),
        formNote: (token) => `<input type="hidden" value="${token}">`,
        cookie: { sameSite: 'lax' },
      },
    ],
    [
      'a token in a URL, and failures answered with 200',
      ['failures-refused', 'no-token-in-url'],
      { formAddress: (token) => `/form?token=${encodeURIComponent(token)}`, failureStatus: () => 200 },
    ],
    [
      'a page that requires CustomerIdentifier and rejects additional fields, and a redirect built from the Host header',
      ['works-without-identifier', 'extra-fields', 'no-redirect-from-host'],
      {
        store: requires('CustomerIdentifier'),
        admits: (form) => !(offerType in form),
        formAddress: (_, { headers }) => `http://${String(headers.host)}/form`,
      },
    ],
    [
      'a page that requires a license, one license per account, and expired credentials with the page of an expired link',
      ['works-without-license', 'second-license', 'expired-credentials'],
      {
        store: inTurn(requires('LicenseArn'), oneLicensePerAccount()),
        isAboutCredentials: hasCredentialsName,
      },
    ],
    [
      'a token that works once, a purchase that can land once, a product code that is not compared, and one page for all failures',
      ['double-click', 'repeat-visit', 'product-checked', 'failures-distinct'],
      {
        accepts: () => true,
        remembers: false,
        store: eachLicenseOnce(),
        pageFor: () => [500, 'Something went wrong.'],
      },
    ],
    [
      'a throttled call without a retry, and a call without a time limit',
      ['passing-failures', 'answers-when-aws-hangs'],
      { maxAttempts: 1, outage: [500, 'AWS fails.'], deadlineMs: 60_000 },
      { timeoutMs: 4_000 },
    ],
    ['a POST that requires a log-in', ['calls-aws'], { admits: () => false }],
    ['a token decoded twice', ['right-token'], { read: (token) => decodeURIComponent(token.replaceAll('+', ' ')) }],
    ['a token redeemed when the form is sent', ['redeemed-at-once'], { resolvesAtOnce: false }],
    ['an unknown product code', ['buyer-gets-through'], { accepts: () => false }],
    [
      'a Strict cookie, which browsers do not send',
      ['buyer-gets-through', 'session-cookie'],
      { cookie: { httpOnly: true, sameSite: 'strict' } },
    ],
  ])('the check finds %s, and nothing else', async (_, ids, changes, options) => {
    expect(failed(await checked(changes, options))).toEqual(ids)
  })

  it('the check warns if simulator and page are one site, and if a page that uses https is checked over http', async () => {
    const get: Parts['get'] = (res) => void res.set('Strict-Transport-Security', 'max-age=1').send('Hello')
    // The other rules do not matter here.
    const report = await checked({ get, admits: () => false }, { host: '127.0.0.1' })
    expect([verdictOf(report, 'other-site'), verdictOf(report, 'driven-as-by-buyers')]).toEqual(['skip', 'skip'])
  })

  it('the check skips rules whose visits got 429', async () => {
    let left = 6
    const report = await checked({ admits: () => (left -= 1) >= 0, rejectStatus: 429 })
    expect(failed(report)).toEqual([])
    expect(verdictOf(report, 'works-without-identifier')).toBe('skip')
  })
})

const offerType = 'x-amzn-marketplace-offer-type'

describe('marketplace-simulator check', () => {
  async function run(...args: readonly string[]) {
    let printed = ''
    const code = await check(args, (text) => (printed += text))
    return { code, printed }
  }

  it('the check explains what failed, and how to connect the page to the simulator if it is not called', async () => {
    const port = String(await freePort())
    const landing = await smallLanding('http://127.0.0.1:9')
    const { code, printed } = await run('--landing-url', landing.url, '--port', port)
    landing.close()
    expect(code).toBe(1)
    expect(printed).toMatch(/^✓ get-answers-200 /m)
    expect(printed).toMatch(/^✗ calls-aws /m)
    expect(printed).toContain(`AWS_ENDPOINT_URL_MARKETPLACE_METERING=http://127.0.0.1:${port}`)
    expect(printed).toContain('1 to fix.')
  })

  it('the check reports as JSON that a page does not respond', async () => {
    const landingUrl = `http://localhost:${String(await freePort())}/`
    const { code, printed } = await run('--landing-url', landingUrl, '--port', '0', '--json')
    const report = JSON.parse(printed) as Report
    expect(Object.keys(report)).toEqual(['landingUrl', 'passed', 'failed', 'rules'])
    expect(Object.keys(report.rules[0] ?? {})).toEqual(['id', 'verdict', 'what', 'saw', 'why', 'remedy'])
    expect([code, report.landingUrl, failed(report)]).toEqual([1, landingUrl, ['get-answers-200']])
    expect(report.rules[0]?.saw).toBe('GET ECONNREFUSED, HEAD ECONNREFUSED')
  })

  it.each([
    ['no landing URL', [], '--landing-url is missing; see check --help'],
    [
      'a wrong landing URL',
      ['--landing-url', 'localhost:3000'],
      '--landing-url is "localhost:3000"; it must begin with http',
    ],
    ['a wrong timeout', ['--landing-url', 'http://localhost:1/', '--timeout', 'x'], '--timeout is "x"'],
    ['an unknown option', ['--bogus'], "Unknown option '--bogus'"],
  ])('the check rejects %s', async (_, args, message) => {
    await expect(run(...args)).rejects.toThrow(message)
  })

  it('the check prints its options', async () => {
    expect(await run('--help')).toEqual({ code: 0, printed: expect.stringContaining('--landing-url URL') as never })
  })
})
