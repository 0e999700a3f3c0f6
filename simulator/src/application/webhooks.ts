import type { IncomingHttpHeaders } from 'node:http'
import { isInput } from '../aws/wire/input.ts'
import type { Buyers } from './buyers.ts'
import { knownIn } from './landing-page.ts'
import { isSigned } from './signature.ts'

export type Webhook = {
  /** ISO 8601, by the simulator's clock. */
  readonly receivedAt: string
  readonly headers: Readonly<Record<string, string>>
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown
  /** The text that is signed. */
  readonly raw: string
  /** Also false when the simulator has no secret. */
  readonly verified: boolean
}

export type Webhooks = {
  /** False without a secret; then every webhook is accepted. */
  readonly verifies: boolean
  readonly receive: (headers: IncomingHttpHeaders, body: Buffer, receivedAt: string) => Webhook
  /** The latest, oldest first. */
  readonly list: () => readonly Webhook[]
}

const keep = 200

/** The webhooks of the seller's application. A webhook that is not verified changes no buyer. */
export function createWebhooks(secrets: string | null, buyers: Buyers): Webhooks {
  const webhooks: Webhook[] = []

  function learnFrom(body: unknown): void {
    if (!isInput(body)) return
    const known = knownIn(body['data'])
    const at = Date.parse(String(body['timestamp']))
    if (known !== null && !Number.isNaN(at)) buyers.update(known, at)
  }

  return {
    verifies: secrets !== null,
    receive: (headers, bytes, receivedAt) => {
      const webhook = {
        receivedAt,
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
        body: parsed(bytes.toString()),
        raw: bytes.toString(),
        verified: secrets !== null && isSigned(headers, bytes, secrets),
      }
      webhooks.push(webhook)
      if (webhooks.length > keep) webhooks.shift()
      if (webhook.verified || secrets === null) learnFrom(webhook.body)
      return webhook
    },
    list: () => [...webhooks],
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
