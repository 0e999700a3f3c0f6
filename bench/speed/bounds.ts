import type { Latency } from './latency.ts'
import type { SmallTask } from './small-task.ts'
import type { Throughput } from './throughput.ts'

type Measured = {
  readonly landings: readonly Throughput[]
  readonly waits: readonly Latency[]
  readonly small: SmallTask
}

type Bound = {
  readonly what: string
  readonly value: number
  readonly limit: number
  readonly kind: 'at least' | 'at most'
}

/** Every bound of docs/performance.md with its measured value. */
export function boundLines({ landings, waits, small }: Measured): readonly string[] {
  const at = (latencyMs: number, subject: string) =>
    landings.find((one) => one.latencyMs === latencyMs && one.subject === subject)
  const [sqlite, postgres] = [at(100, 'sqlite'), at(100, 'postgres')]
  const nothing = { median: NaN, lowest: NaN, highest: NaN }
  const bounds: readonly Bound[] = [
    ...waits.flatMap(({ subject, timesBare, times99Bare, loopDelayMs }): Bound[] =>
      subject === 'bare'
        ? []
        : [
            {
              what: `${subject}, 50 a second: answer, times bare, median`,
              value: timesBare,
              limit: 1.07,
              kind: 'at most',
            },
            { what: `${subject}, the same at the 99th percentile`, value: times99Bare, limit: 1.3, kind: 'at most' },
            {
              what: `${subject}, event loop delay at the 99.9th percentile, ms`,
              value: loopDelayMs,
              limit: 50,
              kind: 'at most',
            },
          ],
    ),
    {
      what: 'postgres, 100 ms: times bare, median round',
      value: (postgres?.ratio ?? nothing).median,
      limit: 1,
      kind: 'at least',
    },
    {
      what: 'postgres, 100 ms: times bare, slowest round',
      value: (postgres?.ratio ?? nothing).lowest,
      limit: 0.8,
      kind: 'at least',
    },
    {
      what: 'postgres, 100 ms: processor time of the app, times bare',
      value: postgres?.appTimesBare ?? NaN,
      limit: 1.9,
      kind: 'at most',
    },
    {
      what: 'postgres, 100 ms: processor time of the server, ms',
      value: postgres?.serverMs ?? NaN,
      limit: 0.8,
      kind: 'at most',
    },
    {
      what: 'sqlite, 100 ms: times bare, median round',
      value: (sqlite?.ratio ?? nothing).median,
      limit: 1.6,
      kind: 'at least',
    },
    { what: 'sqlite, 100 ms: 99th percentile, ms', value: sqlite?.answer99Ms ?? NaN, limit: 400, kind: 'at most' },
    {
      what: 'sqlite, 20 ms: times bare, median round',
      value: (at(20, 'sqlite')?.ratio ?? nothing).median,
      limit: 0.6,
      kind: 'at least',
    },
    {
      what: 'postgres, 20 ms: times bare, median round',
      value: (at(20, 'postgres')?.ratio ?? nothing).median,
      limit: 0.4,
      kind: 'at least',
    },
    { what: 'smallest task: share within a second', value: small.withinSecond, limit: 0.99, kind: 'at least' },
    { what: 'smallest task: most memory, MB', value: small.peakMB, limit: 300, kind: 'at most' },
  ]
  return bounds.map(({ what, value, limit, kind }) => {
    const isMet = kind === 'at least' ? value >= limit : value <= limit
    return `${isMet ? 'met   ' : 'MISSED'}  ${what}: ${value.toFixed(2)} (${kind} ${String(limit)})`
  })
}
