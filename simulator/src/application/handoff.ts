import { randomBytes } from 'node:crypto'
import { boundedMap } from '../bounded-map.ts'
import { isInput } from '../aws/wire/input.ts'

/** A buyer who came over from the landing page, and what its server said about them. */
export type Arrival = {
  readonly id: string
  readonly at: number
  readonly registration: Readonly<Record<string, unknown>>
  linked: boolean
}

export type Handoff = {
  /** Redeems the code server to server. */
  readonly redeem: (code: string) => Promise<Arrival | { readonly problem: string }>
  readonly find: (id: string) => Arrival | undefined
  /** Oldest first. */
  readonly list: () => readonly Arrival[]
}

type Settings = { readonly url: () => string; readonly secret: string | null; readonly now: () => number }

const patienceMs = 10_000

export function createHandoff({ url, secret, now }: Settings): Handoff {
  const arrivals = boundedMap<string, Arrival>(100)

  async function ask(code: string): Promise<Response | string> {
    if (code === '') return 'The address has no code. A buyer gets one by the button of the landing page’s last page.'
    if (secret === null) return 'The simulator was not given the secret to redeem codes with (HANDOFF_SECRET).'
    try {
      return await fetch(url(), {
        method: 'POST',
        headers: { authorization: `Bearer ${secret.split(',')[0]?.trim() ?? ''}` },
        body: new URLSearchParams({ code }),
        redirect: 'manual',
        signal: AbortSignal.timeout(patienceMs),
      })
    } catch (error) {
      return `${url()} cannot be reached: ${error instanceof Error ? error.message : String(error)}.`
    }
  }

  return {
    find: arrivals.get,
    list: arrivals.values,
    redeem: async (code) => {
      const answer = await ask(code)
      if (typeof answer === 'string') return { problem: answer }
      const body: unknown = await answer.json().catch(() => null)
      if (answer.status === 400)
        return { problem: 'The code is unknown, used, or older than two minutes (invalid_grant).' }
      if (answer.status === 401) return { problem: 'The landing page does not accept the secret (invalid_client).' }
      if (!answer.ok) return { problem: `${url()} answered ${answer.status.toString()}.` }
      if (!isInput(body) || !isInput(body['registration'])) return { problem: `${url()} named no registration.` }
      const arrival = {
        id: randomBytes(16).toString('hex'),
        at: now(),
        registration: body['registration'],
        linked: false,
      }
      arrivals.set(arrival.id, arrival)
      return arrival
    },
  }
}
