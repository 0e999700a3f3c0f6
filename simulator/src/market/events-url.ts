import type { Target } from './bus.ts'

const keep = 1_000
const timeoutMs = 10_000
const pauseMs = 1_000
const maxAttempts = 3

/** POSTs events to an address, one after the other, like an API destination of EventBridge. */
export function postingTo(url: string, ended: AbortSignal, log: (line: string) => void): Target {
  const waiting: string[] = []
  let isBusy = false

  /** Null if the URL accepted the event, else the reason. */
  async function post(body: string): Promise<string | null> {
    const signal = AbortSignal.any([ended, AbortSignal.timeout(timeoutMs)])
    const headers = { 'content-type': 'application/json' }
    try {
      const { ok, status } = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' })
      return ok ? null : `it answered ${status.toString()}`
    } catch (error) {
      return `it cannot be reached (${error instanceof Error ? error.message : String(error)})`
    }
  }

  async function deliver(body: string): Promise<void> {
    for (let attempt = 1; attempt <= maxAttempts && !ended.aborted; attempt += 1) {
      const reason = await post(body)
      if (reason === null) return
      log(`Event not accepted by ${url}: ${reason}`)
      if (attempt < maxAttempts) await new Promise((resolve) => setTimeout(resolve, pauseMs).unref())
    }
  }

  async function work(): Promise<void> {
    isBusy = true
    for (let body = waiting.shift(); body !== undefined; body = waiting.shift()) await deliver(body)
    isBusy = false
  }

  return (body) => {
    if (waiting.length >= keep) waiting.shift()
    waiting.push(body)
    if (!isBusy) void work()
  }
}
