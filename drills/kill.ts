import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { query } from '../test/support/buyers/audit.ts'
import { createDatabase } from '../test/support/postgres.ts'
import { startReceiver } from '../bench/support/receiver.ts'
import { postgresOn } from '../bench/support/stage.ts'
import type { Instance } from '../bench/support/instance.ts'
import type { Figures, Scene } from './figures.ts'
import { inTurn, settle, startJourneys } from './journeys.ts'

/** A buyer whose connection is cut repeats the request until the instance is back. */
const patience = { on: 'cut', everyMs: 500, times: 60 } as const
/** Long enough that a delivery whose attempts fail one time in three is practically never given up. */
const retryScheduleMs = Array<number>(30).fill(200)
/** A delivery that a killed instance was sending stays claimed for its lease of 60 s. The short form ends the lease itself. */
const deliveredWithinMs = 90_000

/** Kills instances at random moments under load. Each confirmed registration is stored, and the seller is notified of it. */
export async function kill(scene: Scene, engine: 'SQLite' | 'PostgreSQL'): Promise<Figures> {
  const { short, seed, stage, buyers, say } = scene
  const webhook = await startReceiver(stage, (n) => (n % 3 === 0 ? 500 : 204))
  const databaseUrl = engine === 'SQLite' ? undefined : await createDatabase((await postgresOn(stage)).url)
  const start = () => scene.start({ databaseUrl, env: webhook.env, retryScheduleMs })
  const instances: [Instance, ...Instance[]] = [await start(), ...(engine === 'SQLite' ? [] : [await start()])]

  const journeys = startJourneys(buyers, short ? 15 : 30, { base: inTurn(instances), patience })
  const arbitraryKill = fc.noBias(
    fc.record({ afterMs: fc.integer({ min: 300, max: 1_800 }), instance: fc.constantFrom(...instances) }),
  )
  const kills = fc.sample(arbitraryKill, { seed, numRuns: short ? 3 : 20 })
  for (const { afterMs, instance } of kills) {
    await pause(afterMs)
    await instance.end('SIGKILL')
    await instance.start()
  }
  await journeys.stop()
  if (short) await query(instances[0].databaseUrl, 'update deliveries set lease_until = null where done_at is null')
  const notified = await webhook.notified(instances[0].databaseUrl, deliveredWithinMs)

  const cut = journeys.ledger.entries.filter(({ verdict }) => verdict === 'cut').length
  say(
    `the seller was notified of ${String(notified.registrations)} registrations; ${String(notified.repeated)} notifications came more than once`,
  )
  return {
    ...(await settle(
      scene,
      { journeys: [journeys], instances, excused: 'cut' },
      [cut > 0, 'no request was cut: the load was too low'],
      [notified.missed === 0, `the seller was not notified of ${String(notified.missed)} registrations`],
    )),
    load: `${journeys.held()} journeys/s, ${String(instances.length)} instance${instances.length > 1 ? 's' : ''}`,
    faults:
      `${String(kills.length)} times kill -9, ${String(cut)} requests cut; a third of the deliveries failed, ` +
      `${String(notified.repeated)} of ${String(notified.registrations)} notified more than once`,
  }
}
