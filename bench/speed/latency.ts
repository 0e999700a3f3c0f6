import { startSimulator } from '../../src/simulator/simulator.ts'
import { createClient } from '../drill/client.ts'
import { quantile } from '../drill/figures.ts'
import { startLoad } from '../drill/load.ts'
import type { Stage } from '../drill/stage.ts'
import { setTimeout as pause } from 'node:timers/promises'
import { landOne } from './landings.ts'
import { startBare, startSqlite, type Subject } from './subjects.ts'

export type Latency = {
  readonly subject: string
  /** Median of `POST /` less the upstream's own, in milliseconds. */
  readonly addedMs: number
  /** Median from the last byte of the POST to the first of ResolveCustomer at the upstream, in milliseconds. */
  readonly toRedeemMs: number
}

const perSecond = 50
const upstreamMs = 20

/** How long a buyer waits for us, at a load that leaves the machine idle half the time. */
export async function latency(stage: Stage, seconds: number): Promise<readonly Latency[]> {
  // In this process, so that both ends of the measurement read one clock.
  const simulator = await startSimulator({ keepCalls: 100_000, productCode: 'examplecode000000000000000' })
  stage.atEnd(() => simulator.close())
  const client = createClient()
  stage.atEnd(client.close)
  const subjects = [await startBare(stage, simulator.url), await startSqlite(stage, simulator.url)]
  const waits = new Map<Subject, { added: number[]; toRedeem: number[] }>()
  for (let second = 0; second < seconds; second += 1) {
    for (const subject of subjects) {
      const own = waits.get(subject) ?? { added: [], toRedeem: [] }
      waits.set(subject, own)
      const load = startLoad(perSecond, async () => {
        const { token } = simulator.issueToken('new-buyer', { latencyMs: upstreamMs })
        const sentAt = performance.timeOrigin + performance.now()
        own.added.push((await landOne(client, subject.url, token)) - upstreamMs)
        const [call] = simulator.calls.of(token)
        if (call !== undefined) own.toRedeem.push(call.at - sentAt)
      })
      await pause(1_000)
      await load.stop()
    }
  }
  return [...waits].map(([{ name }, { added, toRedeem }]) => ({
    subject: name,
    addedMs: quantile(added.slice(perSecond), 0.5),
    toRedeemMs: quantile(toRedeem.slice(perSecond), 0.5),
  }))
}
