import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from '../drill/client.ts'
import { startMarket } from '../drill/market.ts'
import type { Stage } from '../drill/stage.ts'
import { land } from './landings.ts'
import { residentBytes } from './processor-time.ts'
import { startSqlite } from './subjects.ts'

/** In megabytes. */
export type Memory = { readonly idle: number; readonly after: number; readonly landings: number }

const connections = 50

/** Resident size of the process when it has started, and after so many landings. */
export async function memory(stage: Stage, landings: number): Promise<Memory> {
  const market = await startMarket(stage)
  const subject = await startSqlite(stage, market.url)
  const client = createClient(connections)
  stage.atEnd(client.close)
  await pause(2_000)
  const idle = residentBytes(subject.pid)
  await land(client, market, subject, { count: landings, connections, latencyMs: 0 })
  await pause(2_000)
  return { idle: idle / 1e6, after: residentBytes(subject.pid) / 1e6, landings }
}
