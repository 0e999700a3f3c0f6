import type { IncomingHttpHeaders } from 'node:http'
import { isSigned } from './signatures.ts'

export type Webhook = {
  /** ISO 8601, by the simulator's clock. */
  readonly receivedAt: string
  readonly headers: Readonly<Record<string, string>>
  /** Parsed where it is JSON, else as it came. */
  readonly body: unknown
  /** As it came: what the signature is over. */
  readonly raw: string
  /** False also when the simulator was given no secret. */
  readonly verified: boolean
}

export type Webhooks = {
  /** False when the simulator was given no secret: then it takes every webhook. */
  readonly verifies: boolean
  readonly receive: (headers: IncomingHttpHeaders, body: Buffer, receivedAt: string) => Webhook
  /** The latest, oldest first. */
  readonly list: () => readonly Webhook[]
}

const keep = 200

/** What the seller's application was told. */
export function createWebhooks(secrets: string | null): Webhooks {
  const webhooks: Webhook[] = []
  return {
    verifies: secrets !== null,
    receive: (headers, body, receivedAt) => {
      const webhook = {
        receivedAt,
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
        body: parsed(body.toString()),
        raw: body.toString(),
        verified: secrets !== null && isSigned(headers, body, secrets),
      }
      webhooks.push(webhook)
      if (webhooks.length > keep) webhooks.shift()
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
