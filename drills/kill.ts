import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { query } from '../test/support/buyers/audit.ts'
import { createDatabase } from '../test/support/postgres.ts'
import { startReceiver } from '../bench/support/receiver.ts'
import { postgresOn } from '../bench/support/stage.ts'
import type { Task } from '../bench/support/task.ts'
import type { Figures, Scene } from './figures.ts'
import { inTurn, settle, startJourneys } from './journeys.ts'

/** Whoever meets a killed task tries the same again until it is back. */
const patience = { on: 'cut', everyMs: 500, times: 60 } as const
/** Of messages that fail a third of the time hardly any comes to the end of this. */
const retryScheduleMs = Array<number>(30).fill(200)
/** What a task sent when it was killed is left alone for the 60 s of its lease. The short form does not wait for that. */
const toldWithinMs = 90_000

/** Tasks die at random moments under load. What a buyer was told is stored is stored, and the seller hears of it. */
export async function kill(scene: Scene, engine: 'SQLite' | 'PostgreSQL'): Promise<Figures> {
  const { short, seed, stage, buyers, say } = scene
  const webhook = await startReceiver(stage, (n) => (n % 3 === 0 ? 500 : 204))
  const databaseUrl = engine === 'SQLite' ? undefined : await createDatabase((await postgresOn(stage)).url)
  const start = () => scene.start({ databaseUrl, env: webhook.env, retryScheduleMs })
  const tasks: [Task, ...Task[]] = [await start(), ...(engine === 'SQLite' ? [] : [await start()])]

  const journeys = startJourneys(buyers, short ? 15 : 30, { base: inTurn(tasks), patience })
  const blow = fc.noBias(fc.record({ afterMs: fc.integer({ min: 300, max: 1_800 }), task: fc.constantFrom(...tasks) }))
  const blows = fc.sample(blow, { seed, numRuns: short ? 3 : 20 })
  for (const { afterMs, task } of blows) {
    await pause(afterMs)
    await task.end('SIGKILL')
    await task.start()
  }
  await journeys.stop()
  if (short) await query(tasks[0].databaseUrl, 'update deliveries set lease_until = null where done_at is null')
  const told = await webhook.told(tasks[0].databaseUrl, toldWithinMs)

  const cut = journeys.ledger.entries.filter(({ verdict }) => verdict === 'cut').length
  say(`the seller was told of ${String(told.registrations)} registrations, ${String(told.repeated)} times once more`)
  return {
    ...(await settle(
      scene,
      { journeys: [journeys], tasks, excused: 'cut' },
      [cut > 0, 'no request was cut: the load was too small to show anything'],
      [told.missed === 0, `the seller was not told of ${String(told.missed)} registrations`],
    )),
    load: `${journeys.held()} journeys/s, ${String(tasks.length)} task${tasks.length > 1 ? 's' : ''}`,
    faults:
      `${String(blows.length)} times kill -9, ${String(cut)} requests cut; a third of the webhooks refused, ` +
      `${String(told.repeated)} of ${String(told.registrations)} told once more`,
  }
}
