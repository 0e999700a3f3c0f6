import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ResolveCustomerResult } from '@aws-sdk/client-marketplace-metering'
import { describe, expect, it, onTestFinished } from 'vitest'
import { drive } from '../src/check/drive.ts'
import { type Report, reportOf, rules } from '../src/check/report.ts'
import { startSimulator } from '../src/simulator.ts'
import { run } from '../../test/support/command.ts'
import { freePort } from '../../test/support/free-port.ts'
import { startService } from '../../test/support/service.ts'
import { type Parts, smallLanding } from './small-landing.ts'

/** The check of a small landing page that differs from the correct one. */
async function checked(changes: Partial<Parts> = {}): Promise<Report> {
  const simulator = await startSimulator()
  const landing = await smallLanding(simulator.url, changes)
  try {
    return reportOf(await drive(simulator, { landingUrl: new URL(landing.url), timeoutMs: 8_000 }))
  } finally {
    landing.close()
    await simulator.close()
  }
}

const failed = ({ rules: judged }: Report) => judged.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id)
const verdictOf = ({ rules: judged }: Report, id: string) => judged.find((rule) => rule.id === id)?.verdict

function needs(field: 'CustomerIdentifier' | 'LicenseArn') {
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

describe.concurrent('the check of a small landing page', () => {
  it('passes every rule where nothing is wrong', async ({ expect }) => {
    const report = await checked()
    expect(report.rules.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
    expect(report).toMatchObject({ passed: rules.length, failed: 0 })
  })

  it.for<[string, string, Partial<Parts>]>([
    ['a token in a URL', 'no-token-in-url', { formAddress: (token) => `/form?token=${encodeURIComponent(token)}` }],
    ['a token redeemed when the form is sent', 'redeemed-at-once', { resolvesAtOnce: false }],
    ['one page for all failures', 'failures-told-apart', { tell: () => [500, 'Something went wrong. Write to us.'] }],
    ['a page that needs CustomerIdentifier', 'works-without-identifier', { store: needs('CustomerIdentifier') }],
    ['a product code that is not compared', 'product-checked', { accepts: () => true }],
    [
      'AWS’s own message on the page',
      'cause-hidden',
      { tell: ({ name, message }) => [name === 'ExpiredTokenException' ? 410 : 500, `${name}: ${message}`] },
    ],
    ['a GET that is answered 405', 'get-answers-200', { get: (res) => void res.status(405).send('POST only') }],

    ['a POST that needs a log-in', 'asks-aws', { admits: () => false }],
    ['a token decoded twice', 'right-token', { read: (token) => decodeURIComponent(token.replaceAll('+', ' ')) }],
    ['a product code that is not known', 'buyer-gets-through', { accepts: () => false }],
    ['a token asked about again for the form', 'redeemed-once', { asksAgain: true }],
    ['a token that works once', 'double-click', { remembers: false }],
    ['a purchase that may come once', 'repeat-visit', { store: eachLicenseOnce() }],
    ['a page that needs a license', 'works-without-license', { store: needs('LicenseArn') }],
    ['one license for an account', 'second-license', { store: oneLicensePerAccount() }],
    ['a field too many', 'extra-fields', { admits: (form) => !('x-amzn-marketplace-offer-type' in form) }],
    ['a failure answered 200', 'failures-refused', { failureStatus: () => 200 }],
    ['expired credentials told as an expired link', 'expired-credentials', { isAboutCredentials: isAboutNoToken }],
    ['a throttled call given up', 'passing-failures', { maxAttempts: 1, outage: [500, 'AWS is at fault.'] }],
    ['a call without a time limit', 'answers-when-aws-hangs', { deadlineMs: 60_000 }],
    ['the token in a cookie', 'no-token-in-cookie', { sessionId: (token) => Buffer.from(token).toString('base64url') }],
    ['the token in a page', 'no-token-in-page', { formNote: (token) => `<input type="hidden" value="${token}">` }],
    ['a cookie that scripts can read', 'session-cookie', { cookie: { sameSite: 'lax' } }],
    [
      'a redirect built from the Host header',
      'no-redirect-from-host',
      { formAddress: (_, { headers }) => `http://${String(headers.host)}/form` },
    ],
  ])('finds %s, and nothing else', async ([, id, changes], { expect }) => {
    expect(failed(await checked(changes))).toEqual([id])
  })

  it('keeps a Strict cookie back, as a browser does', async ({ expect }) => {
    const report = await checked({ cookie: { httpOnly: true, sameSite: 'strict' } })
    expect(failed(report)).toEqual(['buyer-gets-through', 'session-cookie'])
  })
})

/** Looks at the name alone. */
function isAboutNoToken({ name }: Error): boolean {
  return ['AccessDeniedException', 'UnrecognizedClientException'].includes(name)
}

describe('marketplace-simulator check', () => {
  const check = (...args: readonly string[]) => run('simulator/main.ts', ['check', ...args])

  it('finds that every rule holds for Marketplace Landing as it is configured in life, within 20 s', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'check-'))
    onTestFinished(() => {
      rmSync(folder, { recursive: true })
    })
    const port = String(await freePort())
    const { url } = await startService({
      PRODUCT_CODES: 'a-code-of-its-own',
      RATE_LIMIT_PER_MINUTE: '30',
      AWS_ENDPOINT_URL_MARKETPLACE_METERING: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'simulated',
      AWS_SECRET_ACCESS_KEY: 'simulated',
      DATABASE_URL: `sqlite:${join(folder, 'landing.db')}`,
    })
    const landingUrl = url.replace('127.0.0.1', 'localhost')
    const began = performance.now()
    const { code, stdout } = await check(
      '--landing-url',
      landingUrl,
      '--port',
      port,
      '--product-code',
      'a-code-of-its-own',
      '--json',
    )
    expect(performance.now() - began).toBeLessThan(20_000)
    const report = JSON.parse(stdout) as Report
    expect(report.rules.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
    expect(report).toMatchObject({ landingUrl: `${landingUrl}/`, passed: rules.length, failed: 0 })
    expect(Object.keys(report.rules[0] ?? {})).toEqual(['id', 'verdict', 'what', 'saw', 'why', 'remedy'])
    expect(code).toBe(0)
  }, 40_000)

  it('tells a person what failed and how to mend it, and how to point the page at it when nothing calls', async () => {
    const port = String(await freePort())
    const landing = await smallLanding('http://127.0.0.1:9')
    const { code, stdout } = await check('--landing-url', landing.url, '--port', port)
    landing.close()
    expect(code).toBe(1)
    expect(stdout).toMatch(/^✓ get-answers-200 /m)
    expect(stdout).toMatch(/^✗ asks-aws /m)
    expect(stdout).toContain(`AWS_ENDPOINT_URL_MARKETPLACE_METERING=http://127.0.0.1:${port}`)
    expect(stdout).toContain('1 to mend.')
  })

  it('says that a page does not answer', async () => {
    const { code, stdout } = await check(
      '--landing-url',
      `http://localhost:${String(await freePort())}/`,
      '--port',
      '0',
      '--json',
    )
    const report = JSON.parse(stdout) as Report
    expect([code, failed(report)]).toEqual([1, ['get-answers-200']])
    expect(report.rules[0]?.saw).toBe('GET ECONNREFUSED, HEAD ECONNREFUSED')
  })

  it('warns when simulator and page are one site, for cookies then behave unlike life', async () => {
    const simulator = await startSimulator()
    const landing = await smallLanding(simulator.url)
    const landingUrl = new URL(landing.url.replace('localhost', '127.0.0.1'))
    const report = reportOf(await drive(simulator, { landingUrl, timeoutMs: 8_000 }))
    landing.close()
    await simulator.close()
    expect([verdictOf(report, 'other-site'), failed(report)]).toEqual(['skip', []])
  })

  it('warns when a page that says https is driven over http', async () => {
    const report = await checked({ get: (res) => void res.set('Strict-Transport-Security', 'max-age=1').send('Hello') })
    expect([verdictOf(report, 'driven-as-by-buyers'), failed(report)]).toEqual(['skip', []])
  })

  it('judges nothing by a page that refuses for coming too often', async () => {
    let left = 6
    const report = await checked({ admits: () => (left -= 1) >= 0, refusal: 429 })
    expect(failed(report)).toEqual([])
    expect(verdictOf(report, 'works-without-identifier')).toBe('skip')
  })

  it.each([
    ['no landing URL', [], '--landing-url is missing; see check --help'],
    [
      'a bad landing URL',
      ['--landing-url', 'localhost:3000'],
      '--landing-url is "localhost:3000"; it must begin with http',
    ],
    ['a bad timeout', ['--landing-url', 'http://localhost:1/', '--timeout', 'x'], '--timeout is "x"'],
    ['an unknown option', ['--bogus'], "Unknown option '--bogus'"],
  ])('refuses %s in one line', async (_, args, message) => {
    const { code, stdout, stderr } = await check(...args)
    expect([code, stdout, stderr.trim().split('\n').length]).toEqual([1, '', 1])
    expect(stderr).toContain(message)
  })

  it('explains itself', async () => {
    const { code, stdout } = await check('--help')
    expect([code, stdout]).toEqual([0, expect.stringContaining('--landing-url URL')])
  })
})
