import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts'
import { createClient, type Client } from '../drill/client.ts'
import { quantile } from '../drill/figures.ts'
import { startLoad } from '../drill/load.ts'
import type { Stage } from '../drill/stage.ts'
import { landOne } from './landings.ts'
import { startBare, startSqlite, type Subject } from './subjects.ts'

export type Latency = {
  readonly subject: string
  /** Median of `POST /` less the upstream's own, in milliseconds. */
  readonly addedMs: number
  /** Median from the last byte of the POST to the first of ResolveCustomer at the upstream, in milliseconds. */
  readonly toRedeemMs: number
}

export type Waits = {
  readonly subjects: readonly Latency[]
  /** Median of an append and its fdatasync, in milliseconds: what no durable landing can do without. */
  readonly diskMs: number
}

const perSecond = 50
const upstreamMs = 20
/** A landing's share of the write-ahead log: ten pages. */
const appendBytes = 40 * 1024

/** How long a buyer waits for us, at a load that leaves the machine idle most of the time. */
export async function latency(stage: Stage, seconds: number): Promise<Waits> {
  // In this process, so that both ends of the measurement read one clock.
  const simulator = await startSimulator({ keepCalls: 100_000, productCode: 'examplecode000000000000000' })
  stage.atEnd(() => simulator.close())
  const client = createClient()
  stage.atEnd(client.close)
  const subjects = [await startBare(stage, simulator.url), await startSqlite(stage, simulator.url)]
  const land = lander(client, simulator)
  for (const subject of subjects) await warmUp(() => land(subject, 0))

  const measured: Measured[] = []
  for (const subject of subjects) {
    const waits: Wait[] = []
    // At the same time, a buyer of the one after a buyer of the other: what the machine does meanwhile meets both.
    const load = startLoad(perSecond, async () => void waits.push(await land(subject, upstreamMs)))
    measured.push({ subject, waits, load })
    await pause(500 / perSecond)
  }
  await pause(seconds * 1_000)
  for (const { load } of measured) await load.stop()
  return { subjects: measured.map(summary), diskMs: await diskMs(stage) }
}

type Wait = { readonly addedMs: number; readonly toRedeemMs: number }
type Measured = {
  readonly subject: Subject
  readonly waits: readonly Wait[]
  readonly load: ReturnType<typeof startLoad>
}

function lander(client: Client, simulator: Simulator) {
  return async (subject: Subject, latencyMs: number): Promise<Wait> => {
    const { token } = simulator.issueToken('new-buyer', { latencyMs })
    const sentAt = performance.timeOrigin + performance.now()
    const addedMs = (await landOne(client, subject.url, token)) - latencyMs
    return { addedMs, toRedeemMs: (simulator.calls.of(token)[0]?.at ?? NaN) - sentAt }
  }
}

/** A task that has served for a while is what buyers meet. */
async function warmUp(land: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < 200; i += 1) await Promise.all(Array.from({ length: 20 }, land))
}

function summary({ subject: { name }, waits }: Measured): Latency {
  return {
    subject: name,
    addedMs: quantile(
      waits.map(({ addedMs }) => addedMs),
      0.5,
    ),
    toRedeemMs: quantile(
      waits.map(({ toRedeemMs }) => toRedeemMs),
      0.5,
    ),
  }
}

async function diskMs({ folder }: Stage): Promise<number> {
  const file = await open(join(folder, 'disk'), 'a')
  const times: number[] = []
  for (let i = 0; i < 100; i += 1) {
    const startedAt = performance.now()
    await file.write(Buffer.alloc(appendBytes, i))
    await file.datasync()
    times.push(performance.now() - startedAt)
    await pause(1_000 / perSecond)
  }
  await file.close()
  return quantile(times, 0.5)
}
