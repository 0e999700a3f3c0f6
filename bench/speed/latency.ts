import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { landAtOnce } from '../support/landings.ts'
import { startLoad } from '../support/load.ts'
import { startMarket } from '../support/market.ts'
import { reportOf } from '../support/report.ts'
import { postgresOn, type Stage } from '../support/stage.ts'
import { quantile } from '../support/statistics.ts'
import { startApp, startBare, type Run } from './subjects.ts'

export type Latency = {
  readonly subject: string
  /** The median time of `POST /` minus the upstream's latency, in milliseconds. */
  readonly addedMs: number
  /** The same at the 99th percentile. */
  readonly added99Ms: number
  /** The total response time divided by the bare handler's, at the median and at the 99th percentile. */
  readonly timesBare: number
  readonly times99Bare: number
  /** The event loop delay at the 99.9th percentile, in milliseconds. */
  readonly loopDelayMs: number
}

const perSecond = 50
const upstreamMs = 100

/** Measures the time that the app adds to a landing, at a load that leaves the machine mostly idle. */
export async function latency(stage: Stage, { quick, versions }: Run): Promise<readonly Latency[]> {
  const seconds = quick ? 5 : 60
  const market = await startMarket(stage)
  const agent = new Agent({ keepAlive: true })
  stage.atEnd(() => {
    agent.destroy()
  })
  const subjects = [await startBare(stage, market.url)]
  const postgres = await postgresOn(stage)
  for (const version of versions)
    subjects.push(
      await startApp(stage, { marketplace: market.url, version }),
      await startApp(stage, { marketplace: market.url, version, postgres }),
    )

  const measured = []
  for (const subject of subjects) {
    // Warm up, because buyers usually reach an instance that has been running for a while.
    await landAtOnce(market, subject.url, { connections: 20, latencyMs: 0, for: { landings: quick ? 500 : 4_000 } })
    await reportOf(subject)
    const order = { scenario: 'new-buyer', latencyMs: upstreamMs }
    measured.push({ subject, added: [] as number[], tokens: await market.tokens(order, perSecond * (seconds + 5)) })
  }
  // Load all subjects at the same time with interleaved landings, so that other work of the machine affects each equally.
  const loads = []
  for (const { subject, added, tokens } of measured) {
    await pause(1_000 / perSecond / subjects.length)
    const landing = async () => added.push((await timedLanding(agent, subject.url, tokens.pop() ?? '')) - upstreamMs)
    loads.push(startLoad(perSecond, landing))
  }
  await pause(seconds * 1_000)
  for (const load of loads) await load.stop()
  const answer = (added: readonly number[], share: number) => upstreamMs + quantile(added, share)
  const bare = measured[0]?.added ?? []
  return Promise.all(
    measured.map(async ({ subject, added }) => ({
      subject: subject.name,
      addedMs: quantile(added, 0.5),
      added99Ms: quantile(added, 0.99),
      timesBare: answer(added, 0.5) / answer(bare, 0.5),
      times99Bare: answer(added, 0.99) / answer(bare, 0.99),
      loopDelayMs: (await reportOf(subject)).loopDelayMs,
    })),
  )
}

/** Uses Node's own client, because `fetch` alone takes a millisecond. A failed landing counts as infinite. */
function timedLanding(agent: Agent, url: string, token: string): Promise<number> {
  return new Promise((resolve) => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Forwarded-Proto': 'https' }
    const startedAt = performance.now()
    const landing = request(url, { agent, method: 'POST', headers }, (answer) => {
      answer.resume().on('end', () => {
        resolve(answer.statusCode === 303 ? performance.now() - startedAt : Infinity)
      })
    })
    landing.on('error', () => {
      resolve(Infinity)
    })
    landing.end(`x-amzn-marketplace-token=${encodeURIComponent(token)}`)
  })
}
