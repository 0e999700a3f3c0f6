import { landAtOnce } from '../bench/support/landings.ts'
import { probeFlags, settledMemory } from '../bench/support/report.ts'
import { mebibytes, noCrash, percent, unless, type Figures, type Scene } from './figures.ts'

const mostGrowth = 0.1

/** Many landings in one process do not increase its memory. */
export async function memory({ short, market, start, say }: Scene): Promise<Figures> {
  const [first, all] = short ? [1_000, 3_000] : [10_000, 100_000]
  const instance = await start({ nodeFlags: probeFlags })
  const land = (landings: number) =>
    landAtOnce(market, instance.url, { connections: 32, latencyMs: 0, for: { landings } }).then(
      ({ perSecond }) => perSecond,
    )

  await land(first)
  const warm = await settledMemory(instance)
  const perSecond = await land(all - first)
  const end = await settledMemory(instance)

  const growth = end.liveBytes / warm.liveBytes - 1
  say(
    `memory after garbage collection: ${mebibytes(warm.liveBytes)} after ${String(first)} landings, ` +
      `${mebibytes(end.liveBytes)} after ${String(all)}; resident ${mebibytes(end.residentBytes)}`,
  )
  return {
    load: `${perSecond.toFixed(0)} landings/s, 1 instance, SQLite`,
    faults: `none; memory ${percent(growth)} from ${first.toLocaleString('en')} to ${all.toLocaleString('en')} landings`,
    requests: all,
    // The first failed landing ends the drill.
    failures: 0,
    lost: null,
    broken: unless([growth <= mostGrowth, `memory grew by ${percent(growth)}`], noCrash(instance)),
  }
}
