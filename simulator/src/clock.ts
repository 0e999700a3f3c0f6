/** The simulator's clock. It runs like the machine's clock and can be advanced. */
export type Clock = {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Calls `run` after a delay on this clock. */
  readonly after: (delayMs: number, run: () => void) => void
  /** Advances the clock and runs everything that has become due, in order. */
  readonly advance: (ms: number) => void
  readonly stop: () => void
}

type Task = { readonly due: number; readonly run: () => void }

// Node's setTimeout fires at once for longer delays.
const longestWaitMs = 2 ** 31 - 1

export function createClock(): Clock {
  let offset = 0
  let tasks: Task[] = []
  let timer: NodeJS.Timeout | undefined

  const now = (): number => Date.now() + offset

  function next(): Task | undefined {
    return tasks.reduce<Task | undefined>((first, task) => (first && first.due <= task.due ? first : task), undefined)
  }

  function take(until: number): Task | undefined {
    const task = next()
    if (task === undefined || task.due > until) return undefined
    tasks = tasks.filter((other) => other !== task)
    return task
  }

  function wait(): void {
    clearTimeout(timer)
    const task = next()
    if (task === undefined) return
    timer = setTimeout(runDue, Math.min(Math.max(task.due - now(), 0), longestWaitMs))
    timer.unref()
  }

  function runDue(): void {
    for (let task = take(now()); task !== undefined; task = take(now())) task.run()
    wait()
  }

  return {
    now,
    after: (delayMs, run) => {
      tasks.push({ due: now() + delayMs, run })
      wait()
    },
    advance: (ms) => {
      const target = now() + ms
      for (let task = take(target); task !== undefined; task = take(target)) {
        offset += Math.max(task.due - now(), 0)
        task.run()
      }
      offset += Math.max(target - now(), 0)
      wait()
    },
    stop: () => {
      clearTimeout(timer)
      tasks = []
    },
  }
}
