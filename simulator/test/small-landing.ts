import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import {
  MarketplaceMeteringClient,
  ResolveCustomerCommand,
  type ResolveCustomerResult,
} from '@aws-sdk/client-marketplace-metering'
import express, { type Request, type Response } from 'express'

type Failure = Error & { readonly __type?: string; readonly $metadata?: { readonly httpStatusCode?: number } }
type Form = Readonly<Record<string, string>>

/** The places in which a landing page goes wrong, as they should be. */
const correct = {
  get: (res: Response): void => void res.send('<p>Subscribe at AWS Marketplace first.</p>'),
  accepts: ({ ProductCode }: ResolveCustomerResult): boolean => ProductCode === 'simulatedproductcode00001',
  /** Throws for a customer that cannot be stored. */
  store: (_customer: ResolveCustomerResult): void => undefined,
  admits: (_form: Form): boolean => true,
  refusal: 403,
  read: (token: string): string => token,
  resolvesAtOnce: true,
  remembers: true,
  asksAgain: false,
  deadlineMs: 4_000,
  maxAttempts: 3,
  sessionId: (_token: string): string => randomUUID(),
  cookie: { httpOnly: true, sameSite: 'lax' } as { httpOnly?: boolean; sameSite?: 'lax' | 'strict' },
  formAddress: (_token: string, _req: Request): string => '/form',
  formNote: (_token: string): string => '',
  isAboutCredentials: ({ __type, $metadata, message }: Failure): boolean =>
    __type?.startsWith('com.amazon.coral') === true ||
    $metadata?.httpStatusCode === 403 ||
    message.includes('security token included in the request'),
  outage: [503, 'AWS does not answer as it should. Try again later.'] as readonly [number, string],
  /** Another page for a failure than the usual one. */
  tell: (_error: Failure): readonly [number, string] | null => null,
  failureStatus: (status: number): number => status,
}

export type Parts = typeof correct
export type SmallLanding = { readonly url: string; readonly close: () => void }

/** A landing page as small as one can be that does what AWS and buyers need, with some parts replaced. */
export async function smallLanding(simulatorUrl: string, changes: Partial<Parts> = {}): Promise<SmallLanding> {
  const parts = { ...correct, ...changes }
  const credentials = { accessKeyId: 'simulated', secretAccessKey: 'simulated' }
  const { maxAttempts } = parts
  const client = new MarketplaceMeteringClient({
    region: 'us-east-1',
    endpoint: simulatorUrl,
    credentials,
    maxAttempts,
  })
  const redeemed = new Map<string, Promise<ResolveCustomerResult>>()
  const sessions = new Map<string, { token: string; customer: ResolveCustomerResult | null }>()

  function ask(token: string): Promise<ResolveCustomerResult> {
    const abortSignal = AbortSignal.timeout(parts.deadlineMs)
    return client.send(new ResolveCustomerCommand({ RegistrationToken: token }), { abortSignal })
  }

  async function identify(token: string): Promise<ResolveCustomerResult> {
    const customer = await ask(token)
    if (customer.CustomerAWSAccountId === undefined) throw new Error('AWS named nobody')
    if (!parts.accepts(customer)) throw Object.assign(new Error('another product'), { name: 'OtherProduct' })
    parts.store(customer)
    return customer
  }

  function redeem(token: string): Promise<ResolveCustomerResult> {
    const known = parts.remembers ? redeemed.get(token) : undefined
    if (known !== undefined) return known
    const asked = identify(token)
    redeemed.set(token, asked)
    asked.catch(() => redeemed.delete(token))
    return asked
  }

  function tell(error: Failure): readonly [number, string] {
    if (parts.isAboutCredentials(error)) return [500, 'Our set-up is at fault. Write to us.']
    if (error.name === 'DisabledApiException') return [500, 'Our set-up is at fault. Write to us.']
    if (error.name === 'ExpiredTokenException') return [410, 'This link has expired. Click again for another one.']
    if (error.name === 'InvalidTokenException') return [400, 'This link does not work. Click again for another one.']
    if (error.name === 'OtherProduct') return [422, 'You bought something else. Write to us.']
    return parts.outage
  }

  const sessionOf = (req: Request) => sessions.get(/session=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1] ?? '')

  const app = express().use(express.urlencoded({ extended: false }))
  app.get('/', (_req, res) => {
    parts.get(res)
  })
  app.post('/', async (req, res) => {
    const form = (req.body ?? {}) as Form
    const posted = form['x-amzn-marketplace-token']
    if (!parts.admits(form)) return void res.status(parts.refusal).send('Not like this.')
    if (posted === undefined) return void res.status(400).send('No link brought you here. Start at AWS Marketplace.')
    const token = parts.read(posted)
    const id = parts.sessionId(token)
    sessions.set(id, { token, customer: parts.resolvesAtOnce ? await redeem(token) : null })
    res.cookie('session', id, parts.cookie).redirect(303, parts.formAddress(token, req))
  })
  app.get('/form', async (req, res) => {
    const session = sessionOf(req)
    if (session === undefined) return void res.status(403).send('Your session is over.')
    if (parts.asksAgain) await ask(session.token).catch(() => null)
    const note = parts.formNote(session.token)
    res.send(
      `<form method="post" action="/form"><input name="email" type="email">${note}<button>Register</button></form>`,
    )
  })
  app.post('/form', async (req, res) => {
    const session = sessionOf(req)
    if (session !== undefined) session.customer ??= await redeem(session.token)
    res.send('Thank you.')
  })
  app.use((error: Failure, _req: Request, res: Response, _next: unknown) => {
    const [status, text] = parts.tell(error) ?? tell(error)
    res.status(parts.failureStatus(status)).send(`<p>${text}</p>`)
  })

  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://localhost:${String((server.address() as AddressInfo).port)}/`,
    close: () => {
      server.close()
      server.closeAllConnections()
      client.destroy()
    },
  }
}
