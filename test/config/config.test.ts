import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ConfigError, parseConfig, settings } from '../../src/config/config.ts'
import { environment } from '../support/environment.ts'

function faults(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  try {
    parseConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

const strong = 'a-strong-secret-of-forty-characters-0123'

describe('the configuration', () => {
  it('has the defaults that the interface promises', () => {
    const config = parseConfig(environment({ TRUST_PROXY_HOPS: undefined, RATE_LIMIT_PER_MINUTE: undefined }))
    expect(config).toMatchObject({
      origin: 'http://localhost:3000',
      secure: false,
      host: '0.0.0.0',
      port: 3000,
      metricsPort: 0,
      metricsHost: '127.0.0.1',
      requestDeadlineMs: 12_000,
      logLevel: 'info',
      trustProxyHops: 1,
      albIdleTimeoutMs: 60_000,
      drainMs: 10_000,
      rateLimitPerMinute: 30,
      session: { minutes: 60 },
      marketplace: { region: 'us-east-1', deadlineMs: 8000, role: null },
    })
    expect(config.database).toMatchObject({
      engine: 'sqlite',
      path: expect.stringMatching(/data\/landing\.db$/) as string,
    })
  })

  it('names every fault at once', () => {
    const found = faults({ PORT: 'http', ACCENT_COLOR: 'yellow', MARKETPLACE_REGION: 'us-gov-west-1' })
    expect(found.map((fault) => fault.split(' ', 1)[0]).sort()).toEqual(
      [
        ...['ACCENT_COLOR', 'MARKETPLACE_REGION', 'PORT', 'PRODUCT_CODES', 'PRODUCT_NAME', 'PUBLIC_URL', 'SELLER_NAME'],
        ...['SESSION_SECRET', 'SIGN_IN_URL', 'SUPPORT_EMAIL'],
      ].sort(),
    )
  })

  it.each<[string, string, RegExp]>([
    ['PUBLIC_URL', 'http://register.example.com', /https:\/\//],
    ['PUBLIC_URL', 'https://example.com/landing', /origin alone.*https:\/\/example\.com$/],
    ['PUBLIC_URL', 'register.example.com', /origin such as/],
    ['SESSION_SECRET', 'short', /32 random characters/],
    ['SESSION_SECRET', `${strong},short`, /32 random characters/],
    ['SESSION_SECRET', 'x'.repeat(64), /not a few repeated/],
    ['SESSION_SECRET', `${strong},${'changeme'.repeat(5)}`, /not a few repeated/],
    ['SESSION_SECRET', '', /is set but empty: .*# begins a comment/],
    ['ACCENT_COLOR', ' ', /is set but empty: .*# begins a comment/],
    ['TRUST_PROXY_HOPS', '', /is set but empty/],
    ['ACCENT_COLOR', '"#7a1fa2"', /quotation marks.*docker --env-file/],
    ['PRODUCT_NAME', "'Example Analytics'", /quotation marks.*docker --env-file/],
    ['SESSION_MINUTES', '721', /1 to 720/],
    ['SIGN_IN_URL', 'http://app.example.com/log-in', /starts with https:\/\/ \(http:\/\/ for this machine only\)/],
    ['LISTING_URL', 'http://example.com', /starts with https/],
    ['PRIVACY_URL', 'http://example.com', /starts with https/],
    ['TERMS_URL', 'http://example.com', /starts with https/],
    ['LOGO_URL', 'http://example.com/logo.svg', /must be a web address/],
    ['PRODUCT_CODES', 'a,,b', /empty entry/],
    ['SUPPORT_URL', 'javascript:alert(1)', /web address/],
    ['SIGN_IN_URL', 'example.com', /web address/],
    ['LOGO_URL', '../logo.png', /\/assets\//],
    ['ACCENT_COLOR', 'blue', /#1a5fb4/],
    ['PORT', '65536', /0 to 65535/],
    ['METRICS_PORT', '3000', /same as PORT/],
    ['DATABASE_URL', 'mysql://db/x', /sqlite:.*postgres:\/\//],
    ['MARKETPLACE_REGION', 'us-gov-west-1', /us-gov-west-1 does not offer ResolveCustomer/],
    ['MARKETPLACE_ROLE_ARN', 'my-role', /arn:aws:iam/],
    ['MARKETPLACE_ROLE_EXTERNAL_ID', 'id', /MARKETPLACE_ROLE_ARN/],
    ['MARKETPLACE_DEADLINE_MS', '0', /100 to 60000/],
    ['TRUST_PROXY_HOPS', 'true', /whole number/],
    ['LOG_LEVEL', 'verbose', /one of fatal/],
  ])('refuses %s=%s by name and hint', (name, value, hint) => {
    const found = faults(environment({ [name]: value }))
    expect(found).toEqual([expect.stringMatching(new RegExp(`^${name} `))])
    expect(found[0]).toMatch(hint)
  })

  it.each([
    'https://register.example.com',
    'http://127.0.0.1:3000',
    'http://[::1]:3000',
    'https://register.example.com/',
  ])('takes PUBLIC_URL %s', (url) => {
    expect(faults(environment({ PUBLIC_URL: url }))).toEqual([])
  })

  it('takes an address of this machine over http', () => {
    const addresses = { SIGN_IN_URL: 'http://localhost:8080/log-in', SUPPORT_URL: 'http://127.0.0.1:8080/' }
    expect(faults(environment(addresses))).toEqual([])
  })

  it.each(['7a1fa2', '#7a1fa2'])('takes the color %s', (color) => {
    expect(parseConfig(environment({ ACCENT_COLOR: color })).branding.accentColor).toBe('#7a1fa2')
  })

  it('names what a copy of .env.example still lacks, as Node reads it', () => {
    const untouched = faults(parseEnv(readFileSync('.env.example', 'utf8')))
    expect(untouched.map((fault) => fault.split(':', 1)[0])).toEqual([
      'SESSION_SECRET is set but empty',
      'PRODUCT_CODES is set but empty',
    ])
  })

  it('leaves empty variables of others alone', () => {
    expect(faults(environment({ AWS_SESSION_TOKEN: '', SOMETHING: '' }))).toEqual([])
  })

  it('has a color in .env.example that Node reads whole', () => {
    const suggested = readFileSync('.env.example', 'utf8').replace(/^# (?=ACCENT_COLOR=)/m, '')
    expect(faults(environment({ ACCENT_COLOR: parseEnv(suggested)['ACCENT_COLOR'] }))).toEqual([])
  })

  it('never repeats a secret', () => {
    const message = faults(environment({ SESSION_SECRET: 'hunter2', DATABASE_URL: 'mysql://user:hunter2@db/x' })).join(
      '\n',
    )
    expect(message).toContain('SESSION_SECRET')
    expect(message).toContain('DATABASE_URL')
    expect(message).not.toContain('hunter2')
  })

  it('takes no Region from AWS_REGION', () => {
    expect(
      parseConfig(environment({ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' })).marketplace.region,
    ).toBe('us-east-1')
  })

  it('is the same in the README, in .env.example and in the code', () => {
    const ours = Object.keys(settings.shape).sort()
    const example = readFileSync('.env.example', 'utf8').matchAll(/^#? ?([A-Z][A-Z_]+)=/gm)
    const table = readFileSync('README.md', 'utf8').matchAll(/^\| (`[A-Z`, _]+`) \|/gm)
    const notOurs = (name: string) => !name.startsWith('AWS_')
    expect(
      [...example]
        .map(([, name = '']) => name)
        .filter(notOurs)
        .sort(),
    ).toEqual(ours)
    const named = [...table].flatMap(([, names = '']) => [...names.matchAll(/[A-Z][A-Z_]+/g)].map(([name]) => name))
    expect(named.filter(notOurs).sort()).toEqual(ours)
  })
})
