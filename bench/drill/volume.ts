import { randomBytes } from 'node:crypto'
import { ms, quantile, unless, type Figures, type Scene } from './figures.ts'
import { fill, licenseOf } from './fill.ts'
import { query, type Postgres } from './postgres.ts'
import { plansOf } from './plans.ts'
import { randomFrom } from './random.ts'
import type { Stage } from './stage.ts'
import { land, openDrillStore, wholeVisit } from './store-visit.ts'

const worstRatio = 1.2
/** They fill the caches of both sides and do not count. */
const warmUp = 200

/** A landing's work in the database: with a million registrations there, and with none. */
export async function volume({ short, seed, stage, postgres, say }: Scene): Promise<Figures> {
  const [registrations, sessions, landings] = short ? [100_000, 10_000, 600] : [1_000_000, 100_000, 4_000]
  const server = await postgres()
  const full = await openSide(stage, server)
  const empty = await openSide(stage, server)
  const startedAt = performance.now()
  await fill(full.url, registrations, sessions)
  say(`filled in ${((performance.now() - startedAt) / 1000).toFixed(0)} s: ${await sizeOf(full.url)}`)

  const random = randomFrom(seed)
  const landed: string[] = []
  const returning = {
    full: () => licenseOf(Math.floor(random() * registrations)),
    empty: () => landed[Math.floor(random() * landed.length)] ?? '',
  }
  const times = { full: [] as number[], empty: [] as number[] }
  for (let i = 0; i < landings + warmUp; i += 1) {
    const newLicense = `arn:aws:license-manager::294406891311:license:l-${randomBytes(16).toString('hex')}`
    const comesBack = i % 3 === 2
    for (const side of i % 2 === 0 ? (['full', 'empty'] as const) : (['empty', 'full'] as const)) {
      const { store } = side === 'full' ? full : empty
      const took = await land(store, comesBack ? returning[side]() : newLicense)
      if (i >= warmUp) times[side].push(took)
    }
    if (!comesBack) landed.push(newLicense)
  }
  const ratio = quantile(times.full, 0.5) / quantile(times.empty, 0.5)
  const show = (side: readonly number[]) =>
    `${quantile(side, 0.5).toFixed(2)} ms (95th percentile ${ms(quantile(side, 0.95))})`
  say(
    `a landing in the database, median: full ${show(times.full)}, empty ${show(times.empty)}: ${ratio.toFixed(2)} times`,
  )

  const plans = await plansOf(server, full.url, async () => {
    const store = await openDrillStore(full.url)
    // PostgreSQL settles on a plan for all values after five times.
    for (let i = 0; i < 10; i += 1) await wholeVisit(store, licenseOf(i))
    await store.close()
  })
  for (const { statement, nodes } of plans) say([statement, ...nodes].join('\n      '))
  const scans = plans.filter(({ nodes }) => nodes.some((node) => node.includes('Seq Scan')))
  return {
    load: `${landings.toLocaleString('en')} landings on each of two databases in turn, PostgreSQL`,
    faults:
      `${registrations.toLocaleString('en')} registrations and ${sessions.toLocaleString('en')} sessions: ` +
      `${ratio.toFixed(2)} times an empty database's time`,
    requests: landings * 2,
    failures: null,
    lost: null,
    broken: unless(
      [ratio <= worstRatio, `a landing takes ${ratio.toFixed(2)} times as long as in an empty database`],
      [plans.length >= 6, `only ${String(plans.length)} query plans were seen`],
      [scans.length === 0, `whole tables are read by: ${scans.map(({ statement }) => statement).join('; ')}`],
    ),
  }
}

async function openSide(stage: Stage, server: Postgres) {
  const url = await server.createDatabase()
  const store = await openDrillStore(url)
  stage.atEnd(store.close)
  return { url, store }
}

async function sizeOf(url: string): Promise<string> {
  const [row] = await query(url, 'select pg_size_pretty(pg_database_size(current_database())) as size')
  return String(row?.['size'])
}
