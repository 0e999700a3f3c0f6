import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { load } from 'cheerio'
import { onTestFinished } from 'vitest'

export const registration = {
  reference: '7K3M-9QXW-2PAB',
  status: 'registered',
  aws_account_id: '012345678901',
  company: '<i>Example</i>',
  email: 'j@example.com',
  product: 'analytics',
  fields: { region: 'eu', terms: true, use_case: null },
  field_labels: { region: 'Data <b>region</b>', terms: 'I accept the terms.' },
  ready_at: null,
}

export function bodyOf(type: string, data: object, timestamp = new Date().toISOString()): string {
  return JSON.stringify({ type, timestamp, data })
}

export const completed = bodyOf('registration.completed', { registration })

export async function open(url: string, init: RequestInit = {}) {
  const response = await fetch(url, { headers: { accept: 'text/html' }, ...init })
  return { response, $: load(await response.text()) }
}

type Sent = { method: string | undefined; url: string | undefined; authorization: string | undefined; body: string }

/** A landing page that answers every request with one status and body. */
export async function aLanding(status: number, answer: object) {
  const requests: Sent[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      requests.push({ method: request.method, url: request.url, authorization: request.headers.authorization, body })
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  return { landingUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/fulfil`, requests }
}
