import { isInput } from '../aws/wire/input.ts'

/** What the landing page answers about a registration, as its webhook's `data`. */
export type Known = {
  readonly registration: Readonly<Record<string, unknown>>
  readonly subscription: Readonly<Record<string, unknown>> | null
}

type Answer = Known | { readonly error: string }

/** The landing page as a seller's application calls it, server to server. */
export type LandingPage = {
  /** False without API_SECRET. */
  readonly canMarkReady: boolean
  readonly redeem: (code: string) => Promise<Answer>
  readonly markReady: (reference: string, details: ReadyDetails) => Promise<Answer>
}

export type ReadyDetails = { readonly url?: string; readonly message?: string; readonly notify?: boolean }

type Settings = {
  readonly handoffUrl: () => string
  readonly handoffSecret: string | null
  readonly apiUrl: () => string
  readonly apiSecret: string | null
}

type Reply = { readonly status: number; readonly body: unknown }

const timeoutMs = 10_000

export function createLandingPage({ handoffUrl, handoffSecret, apiUrl, apiSecret }: Settings): LandingPage {
  return {
    canMarkReady: apiSecret !== null,
    redeem: async (code) => {
      const url = handoffUrl()
      if (code === '')
        return { error: 'The address has no code. A buyer gets one on the last page of the landing page.' }
      if (handoffSecret === null) {
        return { error: 'The simulator has no secret for redeeming codes. Start it with HANDOFF_SECRET.' }
      }
      const reply = await post(url, handoffSecret, new URLSearchParams({ code }))
      if (typeof reply === 'string') return { error: reply }
      if (reply.status === 400)
        return { error: 'The code is unknown, used, or older than two minutes (invalid_grant).' }
      return knownFrom(url, reply)
    },
    markReady: async (reference, details) => {
      const url = `${apiUrl().replace(/\/$/, '')}/registrations/${encodeURIComponent(reference)}/ready`
      if (apiSecret === null) return { error: 'The simulator has no secret for the API. Start it with API_SECRET.' }
      const reply = await post(url, apiSecret, JSON.stringify(details))
      if (typeof reply === 'string') return { error: reply }
      if (reply.status === 404) return { error: `${url} answered 404: the API is off, or the reference is unknown.` }
      return knownFrom(url, reply)
    },
  }
}

/** The answer, or what went wrong. The first of several secrets is used. */
async function post(url: string, secrets: string, body: string | URLSearchParams): Promise<Reply | string> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${secrets.split(',')[0]?.trim() ?? ''}`,
        ...(typeof body === 'string' && { 'content-type': 'application/json' }),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const json: unknown = await response.json().catch(() => null)
    return { status: response.status, body: json }
  } catch (error) {
    return `${url} cannot be reached: ${error instanceof Error ? error.message : String(error)}.`
  }
}

function knownFrom(url: string, { status, body }: Reply): Answer {
  if (status === 401) return { error: 'The landing page does not accept the secret (invalid_client).' }
  if (status !== 200) return { error: `${url} answered ${status.toString()}${messageIn(body)}.` }
  return knownIn(body) ?? { error: `${url} answered without a registration.` }
}

/**
 * The registration and subscription of a webhook's `data`, or of an answer; null without a
 * registration.
 */
export function knownIn(data: unknown): Known | null {
  if (!isInput(data) || !isInput(data['registration'])) return null
  const { registration } = data
  const beside = data['subscription'] ?? registration['subscription']
  return { registration, subscription: isInput(beside) ? beside : null }
}

function messageIn(body: unknown): string {
  if (!isInput(body)) return ''
  const message = body['message'] ?? body['error']
  return typeof message === 'string' ? `: ${message.replace(/\.$/, '')}` : ''
}
