/** The simulator's clock. It runs like the machine's clock and can be advanced. */
export type Clock = {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Runs something after a delay on this clock. */
  readonly after: (delayMs: number, run: () => void) => void
  /** Advances the clock. Whatever is due until then runs at once, in order. */
  readonly advance: (ms: number) => void
  readonly stop: () => void
}

type Alarm = { readonly due: number; readonly run: () => void }

// Node's setTimeout fires at once for longer delays.
const longestWaitMs = 2 ** 31 - 1

export function createClock(): Clock {
  let offset = 0
  let alarms: Alarm[] = []
  let timer: NodeJS.Timeout | undefined

  const now = (): number => Date.now() + offset

  function next(): Alarm | undefined {
    return alarms.reduce<Alarm | undefined>(
      (first, alarm) => (first && first.due <= alarm.due ? first : alarm),
      undefined,
    )
  }

  function take(until: number): Alarm | undefined {
    const alarm = next()
    if (alarm === undefined || alarm.due > until) return undefined
    alarms = alarms.filter((other) => other !== alarm)
    return alarm
  }

  function wait(): void {
    clearTimeout(timer)
    const alarm = next()
    if (alarm === undefined) return
    timer = setTimeout(ring, Math.min(Math.max(alarm.due - now(), 0), longestWaitMs))
    timer.unref()
  }

  function ring(): void {
    for (let alarm = take(now()); alarm !== undefined; alarm = take(now())) alarm.run()
    wait()
  }

  return {
    now,
    after: (delayMs, run) => {
      alarms.push({ due: now() + delayMs, run })
      wait()
    },
    advance: (ms) => {
      const target = now() + ms
      for (let alarm = take(target); alarm !== undefined; alarm = take(target)) {
        offset += Math.max(alarm.due - now(), 0)
        alarm.run()
      }
      offset += Math.max(target - now(), 0)
      wait()
    },
    stop: () => {
      clearTimeout(timer)
      alarms = []
    },
  }
}
