import type { Call } from '../aws/metering/calls.ts'
import type { Simulator } from '../simulator.ts'
import { type Browser, createBrowser, type Visit } from './visit.ts'

/** A buyer's visit, and what the landing page asked the simulated AWS about it. */
export type Landed = Visit & { readonly token: string; readonly calls: readonly Call[] }

export type Target = { readonly landingUrl: URL; readonly timeoutMs: number }

type Redirect = { readonly token: string; readonly fields: Readonly<Record<string, string>> }

/** A buyer who clicked “Set up your account”: the browser, and what it comes with. */
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

/** The cross-site form POST that a purchase ends with. */
export async function land(buyer: Buyer, { landingUrl }: Target, { calls }: Simulator): Promise<Landed> {
  const { token, fields, browser } = buyer
  const body = new URLSearchParams(fields).toString()
  const headers = { ...fromAws, ...buyer.headers }
  const visit = await browser.open({ method: 'POST', url: landingUrl, headers, body }, 'elsewhere')
  return { ...visit, token, calls: calls.of(token) }
}
