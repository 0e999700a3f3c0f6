import type { Client } from '../drill/client.ts'
import type { Market } from '../drill/market.ts'
import { processorMs } from './processor-time.ts'
import type { Subject } from './subjects.ts'

export type Run = {
  /** Landings a second. */
  readonly perSecond: number
  /** Processor time of the subject's process for one landing, in microseconds. */
  readonly processorUs: number
}

export type Load = { readonly count: number; readonly connections: number; readonly latencyMs: number }

const tokensAtOnce = 5_000

/** Lands `count` buyers over so many connections, each with the next as soon as the last is answered. */
export async function land(client: Client, market: Market, subject: Subject, load: Load): Promise<Run> {
  const tokens = await issue(market, load)
  const usedBefore = processorMs(subject.pid)
  const startedAt = performance.now()
  const buyers = Array.from({ length: load.connections }, async () => {
    for (let token = tokens.pop(); token !== undefined; token = tokens.pop()) await landOne(client, subject.url, token)
  })
  await Promise.all(buyers)
  const seconds = (performance.now() - startedAt) / 1000
  const used = processorMs(subject.pid) - usedBefore
  return { perSecond: load.count / seconds, processorUs: (used * 1000) / load.count }
}

/** How long it took, in milliseconds. Rejects unless the buyer is sent on to the form. */
export async function landOne(client: Client, url: string, token: string): Promise<number> {
  const answer = await client.ask(url, {
    method: 'POST',
    path: '/',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `x-amzn-marketplace-token=${encodeURIComponent(token)}`,
  })
  if (answer.status !== 303) throw new Error(`a landing was answered ${String(answer.status)} ${answer.error ?? ''}`)
  return answer.ms
}

async function issue(market: Market, { count, latencyMs }: Load): Promise<string[]> {
  const tokens: string[] = []
  while (tokens.length < count)
    tokens.push(
      ...(await market.tokens({ scenario: 'new-buyer', latencyMs }, Math.min(tokensAtOnce, count - tokens.length))),
    )
  return tokens
}
