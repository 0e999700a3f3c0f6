import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { ResolveCustomerResult } from '@aws-sdk/client-marketplace-metering'
import express, { type Request, type Response } from 'express'
import { signedHeaders } from './support.ts'

type Failure = Error & { readonly __type?: string; readonly status?: number }
type Form = Readonly<Record<string, string>>

/** Correct versions of the parts of a landing page that are often wrong. */
const correct = {
  get: (res: Response): void => void res.send('<p>Subscribe at AWS Marketplace first.</p>'),
  accepts: ({ ProductCode }: ResolveCustomerResult): boolean => ProductCode === 'simulatedproductcode00001',
  /** Throws when the customer cannot be stored. */
  store: (_customer: ResolveCustomerResult): void => undefined,
  admits: (_form: Form): boolean => true,
  rejectStatus: 403,
  read: (token: string): string => token,
  resolvesAtOnce: true,
  remembers: true,
  asksAgain: false,
  deadlineMs: 1_000,
  maxAttempts: 3,
  sessionId: (_token: string): string => randomUUID(),
  cookie: { httpOnly: true, sameSite: 'lax' } as { httpOnly?: boolean; sameSite?: 'lax' | 'strict' },
  formAddress: (_token: string, _req: Request): string => '/form',
  formNote: (_token: string): string => '',
  isAboutCredentials: ({ __type, status, message }: Failure): boolean =>
    __type?.startsWith('com.amazon.coral') === true ||
    status === 403 ||
    message.includes('security token included in the request'),
  outage: [503, 'AWS does not respond. Try again later.'] as readonly [number, string],
  /** The page for a failure; null for the default. */
  pageFor: (_error: Failure): readonly [number, string] | null => null,
  failureStatus: (status: number): number => status,
}

export type Parts = typeof correct
type SmallLanding = { readonly url: string; readonly close: () => void }

/** The smallest correct landing page, with some parts replaced. */
export async function smallLanding(simulatorUrl: string, changes: Partial<Parts> = {}): Promise<SmallLanding> {
  const parts = { ...correct, ...changes }
  const redeemed = new Map<string, Promise<ResolveCustomerResult>>()
  const sessions = new Map<string, { token: string; customer: ResolveCustomerResult | null }>()

  async function resolve(token: string): Promise<ResolveCustomerResult> {
    const signal = AbortSignal.timeout(parts.deadlineMs)
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await resolveCustomer(simulatorUrl, token, signal)
      } catch (error) {
        if (attempt === parts.maxAttempts || !isTemporary(error as Error)) throw error
      }
    }
  }

  async function identify(token: string): Promise<ResolveCustomerResult> {
    const customer = await resolve(token)
    if (customer.CustomerAWSAccountId === undefined) throw new Error('no customer')
    if (!parts.accepts(customer)) throw Object.assign(new Error('another product'), { name: 'OtherProduct' })
    parts.store(customer)
    return customer
  }

  function redeem(token: string): Promise<ResolveCustomerResult> {
    const known = parts.remembers ? redeemed.get(token) : undefined
    if (known !== undefined) return known
    const customer = identify(token)
    redeemed.set(token, customer)
    customer.catch(() => redeemed.delete(token))
    return customer
  }

  function usualPage(error: Failure): readonly [number, string] {
    if (parts.isAboutCredentials(error)) return [500, 'The setup is wrong. Contact us.']
    if (error.name === 'DisabledApiException') return [500, 'The setup is wrong. Contact us.']
    if (error.name === 'ExpiredTokenException') return [410, 'This link has expired. Click again for another one.']
    if (error.name === 'InvalidTokenException') return [400, 'This link does not work. Click again for another one.']
    if (error.name === 'OtherProduct') return [422, 'You bought another product. Contact us.']
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
    if (!parts.admits(form)) return void res.status(parts.rejectStatus).send('Not accepted.')
    if (posted === undefined) return void res.status(400).send('There is no token. Start at AWS Marketplace.')
    const token = parts.read(posted)
    const id = parts.sessionId(token)
    sessions.set(id, { token, customer: parts.resolvesAtOnce ? await redeem(token) : null })
    res.cookie('session', id, parts.cookie).redirect(303, parts.formAddress(token, req))
  })
  app.get('/form', async (req, res) => {
    const session = sessionOf(req)
    if (session === undefined) return void res.status(403).send('Your session has ended.')
    if (parts.asksAgain) await resolve(session.token).catch(() => null)
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
    const [status, text] = parts.pageFor(error) ?? usualPage(error)
    res.status(parts.failureStatus(status)).send(`<p>${text}</p>`)
  })

  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://localhost:${String((server.address() as AddressInfo).port)}/`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function isTemporary({ name }: Error): boolean {
  return name === 'ThrottlingException' || name === 'InternalServiceErrorException'
}

/** Without the SDK, which waits longer than a second between attempts. */
async function resolveCustomer(url: string, token: string, signal: AbortSignal): Promise<ResolveCustomerResult> {
  const headers = {
    ...signedHeaders('aws-marketplace'),
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSMPMeteringService.ResolveCustomer',
  }
  const response = await fetch(url, {
    method: 'POST',
    headers,
    signal,
    body: JSON.stringify({ RegistrationToken: token }),
  })
  const body = (await response.json()) as ResolveCustomerResult & {
    __type?: string
    message?: string
    Message?: string
  }
  if (response.ok) return body
  const name = body.__type?.split('#')[1] ?? 'Error'
  const { __type } = body
  throw Object.assign(new Error(body.message ?? body.Message), { name, __type, status: response.status })
}
