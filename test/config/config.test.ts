import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ConfigError, parseConfig, settings } from '../../src/config/config.ts'
import { environment } from '../support/environment.ts'

function errors(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  try {
    parseConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.errors
    throw error
  }
}

const strong = 'a-strong-secret-of-forty-characters-0123'
const notifications = {
  WEBHOOK_URL: 'https://app.example.com/hook',
  WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
  MAIL_URL: 'smtps://me:secret@smtp.example.com',
  MAIL_FROM: 'no-reply@example.com',
  NOTIFY_EMAIL: 'sales@example.com,ops@example.com',
  HANDOFF_URL: 'https://app.example.com/welcome?from=aws',
  HANDOFF_SECRET: strong,
} as const
const signIn = {
  CONSOLE_OIDC_ISSUER: 'https://login.example.com/realms/staff',
  CONSOLE_OIDC_CLIENT_ID: 'landing',
  CONSOLE_OIDC_CLIENT_SECRET: 'client-secret',
  CONSOLE_ALLOW: 'Jane@Example.com, @EXAMPLE.org',
} as const
const withoutSignIn = Object.fromEntries(Object.keys(signIn).map((name) => [name, '']))

describe('the configuration', () => {
  it('the configuration has the documented defaults', () => {
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

  it('the configuration reports all errors at once', () => {
    const found = errors({ PORT: 'http', ACCENT_COLOR: 'yellow', MARKETPLACE_REGION: 'us-gov-west-1' })
    expect(found.map((error) => error.split(' ', 1)[0]).sort()).toEqual(
      [
        ...['ACCENT_COLOR', 'MARKETPLACE_REGION', 'PORT', 'PRODUCT_CODES', 'PRODUCT_NAME', 'PUBLIC_URL', 'SELLER_NAME'],
        ...['SESSION_SECRET', 'SIGN_IN_URL', 'SUPPORT_EMAIL'],
      ].sort(),
    )
  })

  it.each<[string, string, RegExp]>([
    ['PUBLIC_URL', '', /is missing: set it to the origin/],
    ['PUBLIC_URL', ' ', /is missing: set it to the origin/],
    ['PUBLIC_URL', 'http://register.example.com', /https:\/\//],
    ['PUBLIC_URL', 'http://register.localhost:3000', /https:\/\//],
    ['PUBLIC_URL', 'https://example.com/landing', /remove the path$/],
    ['PUBLIC_URL', 'https://example.com?a', /remove the query$/],
    ['PUBLIC_URL', 'https://me@example.com', /remove the user$/],
    ['PUBLIC_URL', 'register.example.com', /whole web address/],
    ['SESSION_SECRET', '', /is missing: set it to at least 32 random characters/],
    ['SESSION_SECRET', 'short', /32 random characters/],
    ['SESSION_SECRET', `${strong},short`, /32 random characters/],
    ['SESSION_SECRET', 'x'.repeat(64), /not a repeated word/],
    ['SESSION_SECRET', `${strong},${'changeme'.repeat(5)}`, /not a repeated word/],
    ['ACCENT_COLOR', '"#7a1fa2"', /quotation marks.*docker --env-file/],
    ['PRODUCT_NAME', "'Example Analytics'", /quotation marks.*docker --env-file/],
    ['SESSION_MINUTES', '721', /1 to 720/],
    ['SIGN_IN_URL', 'http://app.example.com/log-in', /https:\/\/; plain http is accepted for localhost/],
    ['SIGN_IN_URL', 'https://me:secret@app.example.com/log-in', /remove the user$/],
    ['SIGN_IN_URL', 'example.com', /web address/],
    ['LISTING_URL', 'http://example.com', /https:\/\//],
    ['PRIVACY_URL', 'http://example.com', /https:\/\//],
    ['TERMS_URL', 'http://example.com', /https:\/\//],
    ['SUPPORT_URL', 'javascript:alert(1)', /web address/],
    ['LOGO_URL', 'http://example.com/logo.svg', /https:\/\//],
    ['LOGO_URL', '../logo.png', /web address/],
    ['LOGO_URL', '/logo.png', /\/assets\//],
    ['LOGO_URL', '/assets/../server.key', /\/assets\//],
    ['PRODUCT_CODES', 'a,,b', /empty entry/],
    ['PRODUCT_CODES', 'prod-abcdefghijklm', /product code, which the listing shows/],
    ['PRODUCT_CODES', 'prod-qtwveexample12', /product code, which the listing shows/],
    ['PRODUCT_CODES', 'examplecode,prod-ABC0123456789', /product code, which the listing shows/],
    ['ACCENT_COLOR', 'blue', /#1a5fb4/],
    ['PORT', '65536', /0 to 65535/],
    ['METRICS_PORT', '3000', /same as PORT/],
    ['METRICS_PORT', ' 03000', /same as PORT/],
    ['HTTPS_PROXY', 'proxy.example:3128', /begins with http:/],
    ['https_proxy', 'socks5://proxy.example:1080', /begins with http:/],
    ['HTTP_PROXY', 'http://proxy.example:3128/path', /remove the path$/],
    ['METRICS_PORT', 'tcp://10.0.0.1:9090', /Kubernetes service: set enableServiceLinks: false/],
    ['DATABASE_URL', 'mysql://db/x', /sqlite:.*postgres:\/\//],
    ['MARKETPLACE_REGION', 'us-gov-west-1', /not a Region that offers ResolveCustomer: use us-east-1/],
    ['MARKETPLACE_ROLE_ARN', 'my-role', /arn:aws:iam/],
    ['MARKETPLACE_ROLE_ARN', 'arn:aws-cn:iam::111122223333:role/landing', /begin with arn:aws:/],
    ['MARKETPLACE_ROLE_EXTERNAL_ID', 'id', /set MARKETPLACE_ROLE_ARN/],
    ['MARKETPLACE_DEADLINE_MS', '0', /100 to 60000/],
    ['TRUST_PROXY_HOPS', 'true', /whole number/],
    ['LOG_LEVEL', 'verbose', /one of fatal/],
    ['CONSOLE_OPEN', 'yes', /must be true or false/],
    ['EVENTS_QUEUE_URL', 'http://sqs.example.com/111122223333/events', /https:\/\//],
    ['EVENTS_QUEUE_URL', 'http://queue.internal/111122223333/events', /https:\/\//],
    ['EVENTS_QUEUE_URL', 'https://me@sqs.us-east-1.amazonaws.com/111122223333/events', /remove the user$/],
    ['EVENTS_QUEUE_URL', 'https://sqs.us-east-1.amazonaws.com/events', /URL of an SQS queue/],
  ])('rejects %s=%s with the name and the fix', (name, value, fix) => {
    const found = errors(environment({ [name]: value }))
    expect(found).toEqual([expect.stringMatching(new RegExp(`^${name} `))])
    expect(found[0]).toMatch(fix)
    if (value.length > 3 && !value.startsWith('http://')) expect(found[0]).not.toContain(value)
  })

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['WEBHOOK_URL', { WEBHOOK_URL: 'http://receiver.example.com' }, /private addresses/],
    ['WEBHOOK_URL', { WEBHOOK_URL: 'http://receiver.localhost' }, /private addresses/],
    ['WEBHOOK_URL', { WEBHOOK_URL: 'https://receiver.example.com/#x' }, /remove the fragment$/],
    ['WEBHOOK_URL', { WEBHOOK_URL: 'https://me:100%@receiver.example.com/' }, /write it as %25/],
    ['WEBHOOK_SECRET', { WEBHOOK_SECRET: 'whsec_c2hvcnQ=' }, /24 to 64 random bytes/],
    ['MAIL_FROM', { MAIL_FROM: 'Example <no-reply@example.com>' }, /one mail address/],
    ['NOTIFY_EMAIL', { NOTIFY_EMAIL: 'sales@example.com;ops@example.com' }, /commas between/],
    ['HANDOFF_URL', { HANDOFF_URL: 'https://app.example.com/welcome#top' }, /remove the fragment$/],
    ['HANDOFF_URL', { HANDOFF_URL: 'https://app.example.com/?code=x' }, /query parameter code/],
    ['HANDOFF_URL', { HANDOFF_URL: 'http://app.internal/' }, /https:\/\//],
    ['HANDOFF_SECRET', { HANDOFF_SECRET: `${strong}\n${strong}` }, /fit into a header/],
    ['HANDOFF_SECRET', { HANDOFF_SECRET: 'ü'.repeat(4) + strong }, /fit into a header/],
    ['HANDOFF_SECRET', { HANDOFF_SECRET: 'short' }, /at least 32/],
    [
      'CONSOLE_OIDC_ISSUER',
      { CONSOLE_OIDC_ISSUER: 'http://login.example.com' },
      /https:\/\/; plain http is accepted for localhost/,
    ],
    ['CONSOLE_OIDC_ISSUER', { CONSOLE_OIDC_ISSUER: 'https://me@login.example.com' }, /remove the user$/],
    ['CONSOLE_OIDC_ISSUER', { CONSOLE_OIDC_ISSUER: 'https://login.example.com/?tenant=1' }, /remove the query$/],
    [
      'CONSOLE_OIDC_ISSUER',
      { CONSOLE_OIDC_ISSUER: 'https://login.example.com/.well-known/openid-configuration' },
      /remove it from \/\.well-known\/ on$/,
    ],
    [
      'CONSOLE_OIDC_ISSUER',
      { CONSOLE_OIDC_ISSUER: 'https://login.microsoftonline.com/common/v2.0' },
      /shared by all tenants of Microsoft/,
    ],
    ['CONSOLE_ALLOW', { CONSOLE_ALLOW: 'jane@example.com,,' }, /empty entry/],
    ['CONSOLE_ALLOW', { CONSOLE_ALLOW: '*, jane@example.com' }, /has \* beside other entries/],
    ['CONSOLE_ALLOW', { CONSOLE_ALLOW: 'example.com' }, /must be mail addresses and @domains/],
    ['CONSOLE_ALLOW', { CONSOLE_ALLOW: '*@example.com' }, /must be mail addresses and @domains/],
    ['CONSOLE_ALLOW', { CONSOLE_ALLOW: 'Jane <jane@example.com>' }, /must be mail addresses and @domains/],
    ['CONSOLE_OPEN', { CONSOLE_OPEN: 'true' }, /^CONSOLE_OPEN is true: remove it, or remove CONSOLE_OIDC_ISSUER,/],
    [
      'CONSOLE_OPEN',
      { CONSOLE_OPEN: 'true', ...withoutSignIn, PUBLIC_URL: 'https://register.example.com' },
      /only where PUBLIC_URL/,
    ],
  ])('rejects one invalid value of %s among valid ones: %o', (name, wrong, fix) => {
    const found = errors(environment({ ...notifications, ...signIn, ...wrong }))
    expect(found).toEqual([expect.stringMatching(new RegExp(`^${name} `))])
    expect(found[0]).toMatch(fix)
  })

  it.each(Object.keys({ ...notifications, ...signIn }).filter((name) => name !== 'NOTIFY_EMAIL'))(
    'names %s when it alone is missing',
    (name) => {
      const [found = ''] = errors(environment({ ...notifications, ...signIn, [name]: '' }))
      expect(found).toMatch(new RegExp(`^${name} is missing: set it, or remove `))
    },
  )

  it('reads CONSOLE_ALLOW in lower case, and * as everybody', () => {
    const access = { kind: 'oidc', issuer: 'https://login.example.com/realms/staff', clientId: 'landing' }
    expect(parseConfig(environment(signIn)).console).toEqual({
      ...access,
      clientSecret: 'client-secret',
      allow: ['jane@example.com', '@example.org'],
    })
    expect(parseConfig(environment({ ...signIn, CONSOLE_ALLOW: ' * ' })).console).toMatchObject({ allow: 'everybody' })
    expect(parseConfig(environment({ ...signIn, CONSOLE_OIDC_ISSUER: 'http://127.0.0.1:4567' })).console).not.toBeNull()
  })

  it('treats an empty optional variable as not set', () => {
    const optional = Object.keys(settings.shape).filter((name) => environment()[name] === undefined)
    const empty = Object.fromEntries(optional.map((name, at) => [name, at % 2 === 0 ? '' : ' ']))
    expect(JSON.stringify(parseConfig(environment(empty)))).toBe(JSON.stringify(parseConfig(environment())))
  })

  it('turns user and password of WEBHOOK_URL into a header', () => {
    const given = { ...notifications, WEBHOOK_URL: 'https://m%C3%A9:a%3Ab@hooks.example.com/n8n?id=1' }
    expect(parseConfig(environment(given)).webhook).toMatchObject({
      url: 'https://hooks.example.com/n8n?id=1',
      authorization: 'Basic bcOpOmE6Yg==',
    })
  })

  it.each([
    'http://app:8080/hook',
    'http://10.0.0.7/hook',
    'http://app.default.svc.cluster.local',
    'http://localhost:1',
  ])('accepts WEBHOOK_URL %s', (url) => {
    expect(parseConfig(environment({ ...notifications, WEBHOOK_URL: url })).webhook).toMatchObject({
      url,
      authorization: null,
    })
  })

  it.each([
    'https://register.example.com',
    'http://127.0.0.1:3000',
    'http://[::1]:3000',
    'https://register.example.com/',
  ])('accepts PUBLIC_URL %s', (url) => {
    expect(errors(environment({ PUBLIC_URL: url }))).toEqual([])
  })

  it('accepts http links to loopback hosts', () => {
    const addresses = { SIGN_IN_URL: 'http://localhost:8080/log-in', SUPPORT_URL: 'http://127.0.0.1:8080/' }
    expect(errors(environment(addresses))).toEqual([])
  })

  it.each(['7a1fa2', '#7a1fa2'])('accepts the color %s', (color) => {
    expect(parseConfig(environment({ ACCENT_COLOR: color })).products.unknown.accentColor).toBe('#7a1fa2')
  })

  it.each(['::1', '[::1]'])('listens on %s', (host) => {
    const { host: web, metricsHost } = parseConfig(environment({ HOST: host, METRICS_HOST: host }))
    expect([web, metricsHost]).toEqual(['::1', '::1'])
  })

  it.each([
    ['us-east-1', 'arn:aws:iam::111122223333:role/landing'],
    ['cn-northwest-1', 'arn:aws-cn:iam::111122223333:role/landing'],
    ['eusc-de-east-1', 'arn:aws-eusc:iam::111122223333:role/landing'],
  ])('accepts in %s the role %s', (MARKETPLACE_REGION, MARKETPLACE_ROLE_ARN) => {
    expect(errors(environment({ MARKETPLACE_REGION, MARKETPLACE_ROLE_ARN }))).toEqual([])
  })

  it('reports the variables that a copy of .env.example still lacks', () => {
    const untouched = errors(parseEnv(readFileSync('.env.example', 'utf8')))
    expect(untouched.map((error) => error.split(':', 1)[0])).toEqual([
      'SESSION_SECRET is missing',
      'PRODUCT_CODES is missing',
    ])
  })

  it('ignores empty variables of other programs', () => {
    expect(errors(environment({ AWS_SESSION_TOKEN: '', SOMETHING: '' }))).toEqual([])
  })

  it('accepts a secret of few different characters', () => {
    const secret = 'test-secret-1 test-secret-2 test-secret'
    expect(parseConfig(environment({ SESSION_SECRET: secret })).session.secrets).toEqual([secret])
  })

  it('never prints a secret', () => {
    const message = errors(environment({ SESSION_SECRET: 'hunter2', DATABASE_URL: 'mysql://user:hunter2@db/x' })).join(
      '\n',
    )
    expect(message).toContain('SESSION_SECRET')
    expect(message).toContain('DATABASE_URL')
    expect(message).not.toContain('hunter2')
  })

  it('does not use AWS_REGION', () => {
    expect(
      parseConfig(environment({ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' })).marketplace.region,
    ).toBe('us-east-1')
  })

  it('docs/configuration.md and the code list the same variables, and .env.example no others', () => {
    const ours = Object.keys(settings.shape).filter((name) => name === name.toUpperCase())
    const rows = readFileSync('docs/configuration.md', 'utf8').matchAll(/^\| (`[A-Z`, _]+`) \|/gm)
    const named = [...rows].flatMap(([, names = '']) => [...names.matchAll(/[A-Z][A-Z_]+/g)].map(([name]) => name))
    expect([...named].sort()).toEqual([...ours].sort())
    const example = readFileSync('.env.example', 'utf8').matchAll(/^#? ?([A-Z][A-Z_]+)=/gm)
    expect([...example].map(([, name = '']) => name).filter((name) => !ours.includes(name))).toEqual([])
  })
})
