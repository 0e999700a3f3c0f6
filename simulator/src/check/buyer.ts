import type { Call } from '../aws/metering/calls.ts'
import type { Simulator } from '../simulator.ts'
import { type Browser, createBrowser, type Visit } from './visit.ts'

/** A buyer's visit, and the ResolveCustomer calls for its token. */
export type Landed = Visit & { readonly token: string; readonly calls: readonly Call[] }

export type Target = {
  readonly landingUrl: URL
  /** How long one visit may take. */
  readonly timeoutMs: number
  /** The latency of AWS in the scenario `slow`. */
  readonly slowMs: number
}

type Redirect = { readonly token: string; readonly fields: Readonly<Record<string, string>> }

/** A buyer who clicked “Set up your account”. */
export type Buyer = Redirect & { readonly browser: Browser; readonly headers?: Readonly<Record<string, string>> }

const fromAws = {
  Origin: 'https://aws.amazon.com',
  Referer: 'https://aws.amazon.com/',
  'Sec-Fetch-Site': 'cross-site',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Dest': 'document',
}

export function aBuyer(redirect: Redirect, { timeoutMs }: Target): Buyer {
  return { ...redirect, browser: createBrowser(timeoutMs) }
}

/** The cross-site form POST after a purchase. */
export async function land(buyer: Buyer, { landingUrl }: Target, { calls }: Simulator): Promise<Landed> {
  const { token, fields, browser } = buyer
  const body = new URLSearchParams(fields).toString()
  const headers = { ...fromAws, ...buyer.headers }
  const visit = await browser.open({ method: 'POST', url: landingUrl, headers, body }, 'another site')
  return { ...visit, token, calls: calls.of(token) }
}
