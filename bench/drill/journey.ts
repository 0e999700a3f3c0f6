import { setTimeout as pause } from 'node:timers/promises'
import type { Buyer } from './buyer.ts'
import type { Answer, Client, Request } from './client.ts'

export type Step = 'landing' | 'form' | 'submit' | 'complete'

/** `unavailable`: our page that the database cannot be reached. `cut`: no answer at all. `wrong`: anything else that is not due. */
export type Verdict = 'good' | 'unavailable' | 'cut' | 'wrong'

export type Entry = {
  readonly step: Step
  /** When the answer was there, in milliseconds since the process started. */
  readonly at: number
  readonly verdict: Verdict
  readonly status: number
  readonly page: string | null
  readonly error: string | null
  readonly ms: number
}

export type Promised = {
  readonly buyer: Buyer
  /** As the confirmation page showed it; null when only the redirect to that page was seen. */
  reference: string | null
}

/** What all buyers saw. */
export type Ledger = { readonly entries: Entry[]; readonly promises: Promised[]; completed: number }

export function newLedger(): Ledger {
  return { entries: [], promises: [], completed: 0 }
}

/** When and how often a buyer does the same again. */
export type Patience = { readonly on: readonly Verdict[]; readonly everyMs: number; readonly times: number }

export type Site = {
  readonly client: Client
  /** Where the next request goes. */
  readonly base: () => string
  readonly ledger: Ledger
  readonly patience?: Patience
}

type Due = { readonly step: Step; readonly status: number; readonly leadsTo?: string; readonly shows?: string }

const behindAlb = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '203.0.113.7' }
const impatient: Patience = { on: [], everyMs: 0, times: 0 }

/** A whole visit. Everything seen goes into the ledger; ends early where the buyer cannot go on. */
export async function journey(site: Site, buyer: Buyer): Promise<void> {
  let cookie = ''
  for (const token of buyer.tokens) {
    const landed = await ask(site, landing(token), { step: 'landing', status: 303, leadsTo: '/registration' })
    if (!landed) return
    cookie = cookieOf(landed)
  }
  const form = await ask(site, page('/registration', cookie), { step: 'form', status: 200, shows: 'registration' })
  if (!form) return
  const hidden = /name="registration" value="([\w-]+)"/.exec(form.text)?.[1] ?? ''
  const due = { step: 'submit', status: 303, leadsTo: '/registration/complete' } as const
  if (!(await ask(site, submission(buyer, cookie, hidden), due))) return
  const promised: Promised = { buyer, reference: null }
  site.ledger.promises.push(promised)
  if (!(await confirmed(site, promised, cookie))) return
  site.ledger.completed += 1
  if (buyer.comesBack) await comeBack(site, promised)
}

async function confirmed(site: Site, promised: Promised, cookie: string): Promise<boolean> {
  const due = { step: 'complete', status: 200, shows: 'complete' } as const
  const done = await ask(site, page('/registration/complete', cookie), due)
  promised.reference ??= /data-reference>([^<]+)</.exec(done?.text ?? '')?.[1] ?? null
  return done !== null
}

async function comeBack(site: Site, promised: Promised): Promise<void> {
  const due = { step: 'landing', status: 303, leadsTo: '/registration/complete' } as const
  const landed = await ask(site, landing(promised.buyer.tokens[0] ?? ''), due)
  if (landed) await confirmed(site, promised, cookieOf(landed))
}

/** The answer that was due, or null. */
async function ask(site: Site, request: Request, due: Due): Promise<Answer | null> {
  const { client, base, ledger, patience = impatient } = site
  for (let repeats = 0; ; repeats += 1) {
    const answer = await client.ask(base(), request)
    const { status, page, error, ms } = answer
    const verdict = judge(answer, due)
    ledger.entries.push({ step: due.step, at: performance.now(), verdict, status, page, error, ms })
    if (verdict === 'good') return answer
    if (!patience.on.includes(verdict) || repeats >= patience.times) return null
    await pause(patience.everyMs)
  }
}

function judge({ status, page, headers, error }: Answer, due: Due): Verdict {
  if (error !== null) return 'cut'
  if (page === 'store-unavailable' && status === 503) return 'unavailable'
  const fits = status === due.status && (due.leadsTo ?? page) === (due.leadsTo ? headers.location : due.shows)
  return fits ? 'good' : 'wrong'
}

/** What AWS Marketplace has the browser post. */
export function landing(token: string): Request {
  return {
    method: 'POST',
    path: '/',
    headers: {
      ...behindAlb,
      'Content-Type': 'application/x-www-form-urlencoded',
      Origin: 'https://aws.amazon.com',
      'Sec-Fetch-Site': 'cross-site',
    },
    body: new URLSearchParams({ 'x-amzn-marketplace-token': token }).toString(),
  }
}

export function page(path: string, cookie: string): Request {
  return { method: 'GET', path, headers: { ...behindAlb, Cookie: cookie } }
}

function submission({ contact }: Buyer, cookie: string, registration: string): Request {
  const { phone, ...required } = contact
  return {
    method: 'POST',
    path: '/registration',
    headers: {
      ...behindAlb,
      Cookie: cookie,
      'Content-Type': 'application/x-www-form-urlencoded',
      'Sec-Fetch-Site': 'same-origin',
    },
    body: new URLSearchParams({ ...required, phone: phone ?? '', registration }).toString(),
  }
}

export function cookieOf({ headers }: Answer): string {
  return (headers['set-cookie'] ?? []).map((cookie) => cookie.split(';', 1)[0]).join('; ')
}
