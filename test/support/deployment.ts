import { evaluate, stacks, type Given, type Stack } from './stack.ts'

/** The required parameters of app.yaml. */
export const required = {
  Image: '111111111111.dkr.ecr.eu-central-1.amazonaws.com/marketplace-landing:1.2.0',
  DomainName: 'register.example.com',
  CertificateArn: 'arn:aws:acm:eu-central-1:111111111111:certificate/0b5c1a2e-1111-2222-3333-444455556666',
  ProductCodes: 'examplecode000000000000000',
  ProductName: 'Example Analytics',
  SellerName: 'Example Corp',
  SupportEmail: 'support@example.com',
  SignInUrl: 'https://example.com/log-in',
} as const

const secret = (name: string) => `arn:aws:secretsmanager:eu-central-1:111111111111:secret:${name}-a1B2c3`

/** A value for every parameter that turns something on. */
export const everything = {
  ...required,
  HostedZoneId: 'Z0123456789ABCDEFGHIJ',
  ProductIds: 'prod-example000000',
  SupportUrl: 'https://example.com/support',
  ListingUrl: 'https://aws.amazon.com/marketplace/pp/prodview-example',
  PrivacyUrl: 'https://example.com/privacy',
  TermsUrl: 'https://example.com/terms',
  LogoUrl: '/assets/logo.svg',
  AccentColor: '0b5cad',
  MarketplaceRoleArn: 'arn:aws:iam::222222222222:role/landing',
  EventsQueueUrl: 'https://sqs.us-east-1.amazonaws.com/222222222222/events',
  ReconcileMinutes: '30',
  WebhookUrl: 'https://example.com/webhooks',
  HandoffUrl: 'https://example.com/welcome',
  MailFrom: 'support@example.com',
  MailIdentity: 'example.com',
  NotifyEmail: 'sales@example.com',
  ConsoleOidcIssuer: 'https://login.example.com',
  ConsoleOidcClientId: 'landing',
  ConsoleOidcClientArn: secret('console'),
  ConsoleAllow: '@example.com',
  Api: 'true',
  ProxyPrefixListId: 'pl-3b927c52',
  HttpsProxy: 'http://proxy.example.com:3128',
  NoProxy: 'example.com',
  NodeExtraCaCerts: '/etc/ssl/company.pem',
  MakeWebAcl: 'true',
  CollectorSecurityGroupId: 'sg-0123456789abcdef0',
  PermissionsBoundaryArn: 'arn:aws:iam::111111111111:policy/boundary',
} as const

/** Parameters for parts of the template that `everything` does not use. */
export const withOwnDatabase = { ...required, DatabaseUrlArn: secret('database') } as const
export const withSmtp = { ...everything, MailIdentity: '', MailUrlArn: secret('mail') } as const
export const withProducts = {
  ...everything,
  ...{ ProductCodes: '', ProductIds: '', ProductName: '' },
  Products: `products:
  analytics:
    listings:
      - { product_code: examplecode000000000000000, product_id: prod-example000000 }
    product_name: Example Analytics
`,
} as const

export const deployments = [
  ['with what is required', required],
  ['with everything', everything],
  ['with a database of your own', withOwnDatabase],
  ['with mail by SMTP', withSmtp],
  ['with a products file', withProducts],
] as const

type Container = {
  readonly Name: string
  readonly Command: readonly string[]
  readonly EntryPoint?: unknown
  readonly Environment: readonly { readonly Name: string; readonly Value: string | number }[]
  readonly Secrets: readonly { readonly Name: string; readonly ValueFrom: string }[]
}

/** The containers of a task. */
export function containersOf(given: Given): readonly Container[] {
  const { app } = stacks(given)
  const definition = evaluate(app, app.template.Resources['TaskDefinition']?.Properties)
  return (definition as { ContainerDefinitions: readonly Container[] }).ContainerDefinitions
}

export function containerOf(given: Given, name: 'app' | 'database-user'): Container {
  const found = containersOf(given).find(({ Name }) => Name === name)
  if (found === undefined) throw new Error(`The task has no container ${name}`)
  return found
}

/** The environment that ECS gives to the app. The values of secrets are examples in the format of base.yaml. */
export function taskEnvironment(given: Given): Record<string, string> {
  const { Environment, Secrets } = containerOf(given, 'app')
  const secrets: Readonly<Record<string, string>> = {
    DATABASE_URL: 'postgres://me:secret@database.example.com/landing?sslmode=verify-full',
    MAIL_URL: 'smtps://me:secret@mail.example.com',
    WEBHOOK_SECRET: `whsec_${'made0up1'.repeat(8)}`,
  }
  return Object.fromEntries([
    ...Environment.map(({ Name, Value }) => [Name, String(Value)]),
    ...Secrets.map(({ Name }) => [Name, secrets[Name] ?? 'made0up1'.repeat(8)]),
  ]) as Record<string, string>
}

export type { Given, Stack }
