import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { land } from '../../test/support/buyers/client.ts'
import { startLoad } from '../support/load.ts'
import { startMarket } from '../support/market.ts'
import type { Stage } from '../support/stage.ts'
import { quantile } from '../support/statistics.ts'
import { startApp, type Run, type Version } from './subjects.ts'

export type SmallTask = {
  /** The share of landings that took at most one second. */
  readonly withinSecond: number
  readonly medianMs: number
  /** The peak resident memory, in megabytes. */
  readonly peakMB: number
}

/** V8's default heap limit in a container with 512 MB. */
const heapFlag = '--max-heap-size=256'
const perSecond = 20
const upstreamMs = 100
/** A new process first compiles its code. */
const warmUpMs = 5_000

/** Measures the smallest Fargate task (0.25 vCPU, 512 MB) at 20 landings a second. */
export async function smallTask(stage: Stage, { quick }: Run, version: Version): Promise<SmallTask> {
  const seconds = quick ? 8 : 60
  const market = await startMarket(stage)
  const subject = await startApp(stage, { marketplace: market.url, version, nodeFlags: [heapFlag] })
  const tokens = await market.tokens({ scenario: 'new-buyer', latencyMs: upstreamMs }, perSecond * (seconds + 10))
  const times: number[] = []
  let isWarm = false
  void holdToAQuarter(subject.pid())
  const load = startLoad(perSecond, async () => {
    const { status, ms } = await land(subject.url, tokens.pop() ?? '')
    if (isWarm) times.push(status === 303 ? ms : Infinity)
  })
  await pause(warmUpMs)
  isWarm = true
  await pause(seconds * 1_000)
  await load.stop()
  return {
    withinSecond: times.filter((ms) => ms <= 1_000).length / times.length,
    medianMs: quantile(times, 0.5),
    peakMB: peakMB(subject.pid()),
  }
}

function peakMB(pid: number): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8')) ?? []
  return (Number(kilobytes) * 1024) / 1e6
}

/**
 * Lets a process run for 25 ms of every 100 ms, like the smallest Fargate task (0.25 vCPU). Stricter than Fargate, where unused
 * time can be used later. Resolves when the process has ended.
 */
async function holdToAQuarter(pid: number): Promise<void> {
  try {
    for (;;) {
      process.kill(pid, 'SIGCONT')
      await pause(25)
      process.kill(pid, 'SIGSTOP')
      await pause(75)
    }
  } catch {
    // The process has ended.
  }
}
