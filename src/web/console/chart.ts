import type { Day } from '../../domain/console-lists.ts'

const dayMs = 24 * 60 * 60_000
const chartDays = 30
const barWidth = 10
const height = 48

/** The beginning of the chart's first day. */
export function chartSince(now: Date): Date {
  return new Date(Date.parse(now.toISOString().slice(0, 10)) - (chartDays - 1) * dayMs)
}

const series = [
  { name: 'landed', text: 'Landed' },
  { name: 'registered', text: 'Registered' },
  { name: 'ready', text: 'Ready' },
] as const

/** One row of bars for each step on a common scale, and the same numbers as a table. */
export function chartModel(found: readonly Day[], now: Date) {
  const known = new Map(found.map((day) => [day.day, day]))
  const since = chartSince(now).getTime()
  const days = Array.from({ length: chartDays }, (_, n) => {
    const day = new Date(since + n * dayMs).toISOString().slice(0, 10)
    return known.get(day) ?? { day, landed: 0, registered: 0, ready: 0 }
  })
  const highest = Math.max(1, ...days.flatMap(({ landed, registered, ready }) => [landed, registered, ready]))
  return {
    width: chartDays * barWidth,
    height,
    first: days[0]?.day ?? '',
    last: days.at(-1)?.day ?? '',
    series: series.map(({ name, text }) => {
      const total = days.reduce((sum, day) => sum + day[name], 0)
      const bars = days.map((day, n) => {
        // A minimum height keeps a day with one buyer visible.
        const size = day[name] === 0 ? 0 : Math.max(2, Math.round((day[name] / highest) * height))
        return { x: n * barWidth + 1, y: height - size, width: barWidth - 2, height: size }
      })
      return { name, text, total, bars }
    }),
    rows: days.toReversed(),
  }
}
