import { setTimeout as pause } from 'node:timers/promises'
import type { Promised } from './audit.ts'
import type { Buyer } from './buyer.ts'
import { ask, land, type Answer } from './client.ts'

export const steps = ['landing', 'form', 'submit', 'complete'] as const
type Step = (typeof steps)[number]

/** `unavailable`: the page `store-unavailable` or `service-busy`. `cut`: no response. `wrong`: any other unexpected response. */
export type Verdict = 'good' | 'unavailable' | 'cut' | 'wrong'

export type Entry = Pick<Answer, 'status' | 'page' | 'error' | 'ms'> & {
  readonly step: Step
  /** The time of the response, in milliseconds since the start of the process. */
  readonly at: number
  readonly verdict: Verdict
}

/** The responses of all buyers. */
export type Ledger = { readonly entries: Entry[]; readonly promises: Promised[]; completed: number }

export function newLedger(): Ledger {
  return { entries: [], promises: [], completed: 0 }
}

/** When and how often a buyer repeats a request. */
type Patience = { readonly on: Verdict; readonly everyMs: number; readonly times: number }

export type Site = {
  /** The origin of the next request. */
  readonly base: () => string
  readonly ledger: Ledger
  readonly patience?: Patience | undefined
}

type Due = { readonly step: Step } & ({ readonly leadsTo: string } | { readonly shows: string })

/** Makes a complete journey and records all responses in the ledger. Ends early if the buyer cannot continue. */
export async function journey(site: Site, buyer: Buyer): Promise<void> {
  await visit(site, buyer).catch((error: unknown) => {
    if (error !== gaveUp) throw error
  })
}

const gaveUp = new Error('the buyer cannot go on')

async function visit(site: Site, buyer: Buyer): Promise<void> {
  const { ledger } = site
  const landing = (token: string, leadsTo: string) =>
    seen(site, { step: 'landing', leadsTo }, (base) => land(base, token))
  let cookie = ''
  for (const token of buyer.tokens) cookie = (await landing(token, '/registration')).cookie
  const due = { step: 'form', shows: 'registration' } as const
  const registration = purchaseIn(await seen(site, due, (base) => open(`${base}/registration`, cookie)))
  const body = new URLSearchParams({ ...buyer.contact, phone: buyer.contact.phone ?? '', registration })
  const headers = { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' }
  await seen(site, { step: 'submit', leadsTo: '/registration/complete' }, (base) =>
    ask(`${base}/registration`, { method: 'POST', headers, body }),
  )
  const promised: Promised = { buyer, reference: null }
  ledger.promises.push(promised)
  promised.reference = await confirmation(site, cookie)
  ledger.completed += 1
  if (!buyer.comesBack) return
  const again = await landing(buyer.tokens[0] ?? '', '/registration/complete')
  await confirmation(site, again.cookie)
}

/** The reference on the last page. */
async function confirmation(site: Site, cookie: string): Promise<string | null> {
  const due = { step: 'complete', shows: 'complete' } as const
  const { text } = await seen(site, due, (base) => open(`${base}/registration/complete`, cookie))
  return /data-reference>([^<]+)</.exec(text)?.[1] ?? null
}

/** Returns the expected response, or throws if the buyer gives up. */
async function seen(site: Site, due: Due, request: (base: string) => Promise<Answer>): Promise<Answer> {
  const { base, ledger, patience } = site
  for (let repeats = 0; ; repeats += 1) {
    const answer = await request(base())
    const { status, page, error, ms } = answer
    const verdict = judge(answer, due)
    ledger.entries.push({ step: due.step, at: performance.now(), verdict, status, page, error, ms })
    if (verdict === 'good') return answer
    if (verdict !== patience?.on || repeats >= patience.times) throw gaveUp
    await pause(patience.everyMs)
  }
}

function judge({ status, page, location, error }: Answer, due: Due): Verdict {
  if (error !== null) return 'cut'
  if (status === 503 && (page === 'store-unavailable' || page === 'service-busy')) return 'unavailable'
  const fits = 'leadsTo' in due ? status === 303 && location === due.leadsTo : status === 200 && page === due.shows
  return fits ? 'good' : 'wrong'
}

export function open(url: string, cookie: string): Promise<Answer> {
  return ask(url, { headers: { Cookie: cookie } })
}

/** The hidden field with the purchase that a form was opened for. */
export function purchaseIn({ text }: Answer): string {
  return /name="registration" value="([\w-]+)"/.exec(text)?.[1] ?? ''
}
