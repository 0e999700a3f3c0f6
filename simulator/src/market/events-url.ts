import type { Target } from './bus.ts'

const keep = 1_000
const patienceMs = 10_000
const pauseMs = 1_000

/** POSTs each event to an address, one after the other, thrice at most: what an API destination of EventBridge does in small. */
export function postingTo(url: string, ended: AbortSignal, log: (line: string) => void): Target {
  const waiting: string[] = []
  let busy = false

  async function post(body: string): Promise<string> {
    const signal = AbortSignal.any([ended, AbortSignal.timeout(patienceMs)])
    const headers = { 'content-type': 'application/json' }
    try {
      const { ok, status } = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' })
      return ok ? 'ok' : `it answered ${status.toString()}`
    } catch (error) {
      return `it cannot be reached (${error instanceof Error ? error.message : String(error)})`
    }
  }

  async function deliver(body: string): Promise<void> {
    for (let attempt = 1; attempt <= 3 && !ended.aborted; attempt += 1) {
      const outcome = await post(body)
      if (outcome === 'ok') return
      log(`Event not taken by ${url}: ${outcome}`)
      if (attempt < 3) await new Promise((resolve) => setTimeout(resolve, pauseMs).unref())
    }
  }

  async function work(): Promise<void> {
    busy = true
    for (let body = waiting.shift(); body !== undefined; body = waiting.shift()) await deliver(body)
    busy = false
  }

  return (body) => {
    if (waiting.length >= keep) waiting.shift()
    waiting.push(body)
    if (!busy) void work()
  }
}
