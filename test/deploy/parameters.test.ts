import { describe, expect, it } from 'vitest'
import { marketplaceRegions } from '../../src/aws/regions.ts'
import { parseConfig } from '../../src/config/config.ts'
import { everything, required, taskEnvironment, withProducts, withSmtp } from '../support/deployment.ts'
import { errorsOf, stacks, type Given } from '../support/stack.ts'
import { objectsIn, readTemplate, templateNames } from '../support/template.ts'

const errors = (given: Given) => errorsOf(stacks(given).app)

/** The app's errors for the environment that the template would create. */
function isAcceptedByTheApp(given: Given): boolean {
  try {
    parseConfig(taskEnvironment(given))
    return true
  } catch {
    return false
  }
}

const wrong: readonly (readonly [string, Given])[] = [
  ['no support contact', { ...required, SupportEmail: '' }],
  ['a support address without @', { ...required, SupportEmail: 'support' }],
  ['a log-in page without https', { ...required, SignInUrl: 'example.com/log-in' }],
  ['a listing on plain http', { ...required, ListingUrl: 'http://example.com' }],
  ['a logo outside of /assets', { ...required, LogoUrl: '/assets/../secret' }],
  ['a color with a name', { ...required, AccentColor: 'blue' }],
  ['a response time of zero hours', { ...required, AccessWithinHours: '0' }],
  ['a product id where the code belongs', { ...required, ProductCodes: 'prod-abcdefghijklm' }],
  ['an empty product code', { ...required, ProductCodes: 'examplecode,' }],
  ['a product without a name', { ...required, ProductName: '' }],
  ['product ids without prod-', { ...required, ProductIds: 'examplecode' }],
  ['a Region without ResolveCustomer', { ...required, MarketplaceRegion: 'us-gov-west-1' }],
  ['a user where the role belongs', { ...required, MarketplaceRoleArn: 'arn:aws:iam::222222222222:user/landing' }],
  [
    'the ARN of the queue where its URL belongs',
    { ...everything, EventsQueueUrl: 'arn:aws:sqs:us-east-1:222222222222:x' },
  ],
  ['a comparison every two days', { ...everything, ReconcileMinutes: '2880' }],
  ['a webhook without https', { ...everything, WebhookUrl: 'example.com/webhooks' }],
  ['a public webhook on plain http', { ...everything, WebhookUrl: 'http://example.com/webhooks' }],
  ['a webhook with a fragment', { ...everything, WebhookUrl: 'https://example.com/webhooks#new' }],
  ['reconciling without product ids', { ...required, ReconcileMinutes: '30' }],
  ['a proxy with a path', { ...everything, HttpsProxy: 'http://proxy.example.com:3128/path' }],
  [
    'a discovery document where the issuer belongs',
    { ...everything, ConsoleOidcIssuer: 'https://login.example.com/.well-known/openid-configuration' },
  ],
  [
    'an issuer that all tenants of Microsoft share',
    { ...everything, ConsoleOidcIssuer: 'https://login.microsoftonline.com/common/v2.0' },
  ],
  ['a list for the console with names', { ...everything, ConsoleAllow: 'Jane <jane@example.com>' }],
  ['a handoff with a fragment', { ...everything, HandoffUrl: 'https://example.com/#welcome' }],
  ['a sender with a name', { ...everything, MailFrom: 'Example <support@example.com>' }],
  ['a sender without a way to send', { ...everything, MailIdentity: '' }],
  ['addresses to notify without a sender', { ...everything, MailFrom: '', MailIdentity: '' }],
  ['addresses to notify with semicolons', { ...everything, NotifyEmail: 'a@example.com;b@example.com' }],
  ['a session of 13 hours', { ...required, SessionMinutes: '780' }],
  ['no database connection', { ...required, DatabasePoolSize: '0' }],
  ['a deadline of 50 ms', { ...required, MarketplaceDeadlineMs: '50' }],
]

describe('a wrong value', () => {
  it.each(wrong)('a parameter that the app would reject fails before anything is created: %s', (_, given) => {
    expect(errors(given)).toHaveLength(1)
    expect(isAcceptedByTheApp(given)).toBe(false)
  })
})

it.each([
  'https://user:password@example.com/webhooks?from=landing',
  'http://web-hooks:8080/registrations',
  'http://receiver.example.internal/',
  'http://10.0.12.5:8080',
  'http://172.31.0.5/webhooks',
])('the template and the app accept the webhook %s', (WebhookUrl) => {
  const given = { ...everything, WebhookUrl }
  expect([errors(given), isAcceptedByTheApp(given)]).toEqual([[], true])
})

it.each(['https://login.microsoftonline.com/0b5c1a2e-1111-2222-3333-444455556666/v2.0', 'https://example.com'])(
  'the template and the app accept the issuer %s',
  (ConsoleOidcIssuer) => {
    const given = { ...everything, ConsoleOidcIssuer }
    expect([errors(given), isAcceptedByTheApp(given)]).toEqual([[], true])
  },
)

it('rules use only functions that CloudFormation has for rules', () => {
  const allowed = ['Ref', 'Fn::And', 'Fn::Or', 'Fn::Not', 'Fn::Equals', 'Fn::Contains']
  const used = templateNames.flatMap((name) => objectsIn(readTemplate(name).Rules).flatMap(Object.keys))
  const functions = used.filter((name) => name === 'Ref' || name.startsWith('Fn::'))
  expect(functions.length).toBeGreaterThan(50)
  expect(functions.filter((name) => !allowed.includes(name))).toEqual([])
})

describe('a combination that the app would reject', () => {
  it.each([
    ['SMTP and Amazon SES', { ...withSmtp, MailIdentity: 'example.com' }, 'Set MailIdentity or MailUrlArn, not both'],
    [
      'a products file and its text',
      { ...withProducts, ProductsFile: '/app/products.yaml' },
      'Set Products or ProductsFile, not both',
    ],
    [
      'product codes and a products file',
      { ...required, ProductsFile: '/app/products.yaml' },
      'Set ProductCodes or ProductsFile, not both',
    ],
    ['no product', { ...required, ProductCodes: '', ProductName: '' }, 'Set ProductCodes, Products or ProductsFile'],
    [
      'a console without a client',
      { ...everything, ConsoleOidcClientId: '' },
      'With ConsoleOidcIssuer set ConsoleOidcClientId',
    ],
    ['a console for nobody', { ...everything, ConsoleAllow: '' }, 'With ConsoleOidcIssuer set ConsoleAllow'],
    [
      'a client without a provider',
      { ...everything, ConsoleOidcIssuer: '', ConsoleOidcClientArn: '', ConsoleAllow: '' },
      'ConsoleOidcClientId needs ConsoleOidcIssuer',
    ],
  ])('an invalid combination of parameters fails with the fix: %s', (_, given, sentence) => {
    expect(errors(given)).toEqual([sentence])
  })
})

it('an image without an exact tag, or with an unusable Amazon ECR name, is rejected', () => {
  const registry = '111111111111.dkr.ecr.eu-central-1.amazonaws.com'
  for (const Image of [
    'marketplace-landing:1',
    `${registry}/landing`,
    `${registry}/landing:latest`,
    `${registry}/team/landing:1`,
  ])
    expect(errors({ ...required, Image })).toEqual(['Image'])
  for (const Image of [`${registry}/landing:1.2.0`, `ghcr.io/owner/landing:1.2.0@sha256:${'0'.repeat(64)}`])
    expect(errors({ ...required, Image })).toEqual([])
})

it('a secret must be a complete ARN, because Amazon ECS and its policy need it', () => {
  const DatabaseUrlArn = 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:database'
  expect(errors({ ...required, DatabaseUrlArn })).toEqual(['DatabaseUrlArn'])
})

it('every Region that offers ResolveCustomer is accepted', () => {
  expect(
    marketplaceRegions.filter((MarketplaceRegion) => errors({ ...required, MarketplaceRegion }).length > 0),
  ).toEqual([])
})

it('the base stack requires your subnets together with your VPC', () => {
  const below = (given: Given) => errorsOf(stacks(required, given).base)
  expect(below({ MakeVpc: 'false' })).toEqual([
    'Without MakeVpc, set VpcId, PublicSubnetIds and PrivateSubnetIds',
    'Without MakeVpc, set PublicSubnetIds',
    'Without MakeVpc, set PrivateSubnetIds',
  ])
  expect(below({ VpcId: 'vpc-0123456789abcdef0' })).toEqual(['VpcId needs MakeVpc=false'])
})
