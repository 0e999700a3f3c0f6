import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { audit } from './audit.ts'
import { createBuyers } from './buyer.ts'
import { createClient, type Client } from './client.ts'
import { count, describe, ms, quantile, unless, type Figures, type Scene } from './figures.ts'
import { journey, landing, newLedger, type Ledger } from './journey.ts'
import { startLoad } from './load.ts'
import { startMarket, type Market } from './market.ts'
import { randomFrom } from './random.ts'
import { startTask, type Task } from './task.ts'

/** Each trouble's share of the buyers, and the page they must see in the end. */
const troubles = [
  { scenario: 'throttled', share: 1 / 3, status: 503, page: 'marketplace-busy' },
  { scenario: 'hanging', share: 0.1, status: 504, page: 'marketplace-unreachable' },
  { scenario: 'connection-reset', share: 0.1, status: 504, page: 'marketplace-unreachable' },
] as const
const troubledShare = troubles.reduce((sum, { share }) => sum + share, 0)

const latency = { fromMs: 20, toMs: 2_000 }
const worstRatio = 1.5

type Street = {
  readonly client: Client
  readonly market: Market
  readonly task: Task
  readonly random: () => number
}

/** Healthy buyers of one kind of weather. */
type Weather = { begun: number; readonly ledger: Ledger; readonly addedMs: number[] }

function newWeather(): Weather {
  return { begun: 0, ledger: newLedger(), addedMs: [] }
}

/** AWS Marketplace is in trouble for most buyers. They read so on a page of ours; the others notice nothing. */
export async function storm({ short, seed, stage, say }: Scene): Promise<Figures> {
  const perSecond = short ? 30 : 60
  const seconds = short ? 6 : 20
  const rounds = short ? 1 : 3
  const databaseUrl = `sqlite:${join(stage.folder, 'landing.db')}`
  // In the short form nobody waits for the whole deadline of a hanging call.
  const env = { MARKETPLACE_DEADLINE_MS: short ? '4000' : '8000' }
  const market = await startMarket(stage)
  const task = await startTask(stage, { databaseUrl, marketplace: market.url, env })
  const client = createClient(2_000)
  stage.atEnd(client.close)
  const street: Street = { client, market, task, random: randomFrom(seed) }
  const healthy = createHealthy(street)

  const calm = newWeather()
  const stormy = newWeather()
  let troubled = 0
  let wrong = 0
  const anybody = async (): Promise<void> => {
    const trouble = pick(street.random())
    if (!trouble) {
      await healthy(stormy)
      return
    }
    troubled += 1
    const { status, page } = await client.ask(task.url, landing(await market.token({ scenario: trouble.scenario })))
    if (status !== trouble.status || page !== trouble.page) wrong += 1
  }
  const forAWhile = async (rate: number, visit: () => Promise<void>): Promise<void> => {
    const load = startLoad(rate, visit)
    await pause(seconds * 1_000)
    await load.stop()
  }
  const warmUp = startLoad(10, () => healthy(newWeather()))
  await pause(2_000)
  await warmUp.stop()
  for (let round = 0; round < rounds; round += 1) {
    await forAWhile(perSecond * (1 - troubledShare), () => healthy(calm))
    await forAWhile(perSecond, anybody)
  }

  const entries = [...calm.ledger.entries, ...stormy.ledger.entries]
  const { lost } = await audit(databaseUrl, [...calm.ledger.promises, ...stormy.ledger.promises])
  const failures = wrong + entries.length - count(entries, 'good')
  const median = ({ ledger }: Weather) => quantile(landings(ledger), 0.5)
  const ratio = median(stormy) / median(calm)
  for (const line of describe(calm.ledger)) say(`calm: ${line}`)
  for (const line of describe(stormy.ledger)) say(`storm: ${line}`)
  say(`${String(troubled)} buyers met trouble; ${String(wrong)} of them saw anything but its page`)
  say(
    `median landing of healthy buyers, calm / storm: ${ms(median(calm))} / ${ms(median(stormy))}: ${ratio.toFixed(2)} times`,
  )
  say(
    `of this, added to AWS's latency: ${ms(quantile(calm.addedMs, 0.5))} / ${ms(quantile(stormy.addedMs, 0.5))} (median), ` +
      `${ms(quantile(calm.addedMs, 0.99))} / ${ms(quantile(stormy.addedMs, 0.99))} (99th percentile)`,
  )
  return {
    load: `${String(perSecond)} buyers/s, 1 task, SQLite`,
    faults: `a third throttled, a tenth hanging, a tenth reset, latency 20 to 2,000 ms; median ${ratio.toFixed(2)} times the calm one`,
    requests: entries.length + troubled,
    failures,
    lost: lost.length,
    broken: unless(
      [failures === 0, `${String(failures)} wrong answers`],
      [ratio <= worstRatio, `healthy buyers waited ${ratio.toFixed(2)} times as long as in calm weather`],
      [lost.length === 0, `lost: ${lost.slice(0, 3).join('; ')}`],
      [task.crashes().length === 0, `crashed: ${task.crashes().join('\n')}`],
    ),
  }
}

function pick(random: number): (typeof troubles)[number] | null {
  let upTo = 0
  for (const trouble of troubles) {
    upTo += trouble.share
    if (random < upTo) return trouble
  }
  return null
}

/** AWS's latency is spread evenly by the golden ratio, so that few buyers suffice to compare the two weathers. */
function createHealthy({ client, market, task }: Street): (weather: Weather) => Promise<void> {
  let latencyMs = 0
  const buyers = createBuyers(market, () => latencyMs)
  return async (weather) => {
    const { ledger, addedMs } = weather
    const share = ((weather.begun += 1) * 0.618_033_988_749_895) % 1
    latencyMs = Math.round(latency.fromMs + share * (latency.toMs - latency.fromMs))
    const buyer = await buyers()
    const own = newLedger()
    await journey({ client, base: () => task.url, ledger: own }, buyer)
    ledger.entries.push(...own.entries)
    ledger.promises.push(...own.promises)
    ledger.completed += own.completed
    const [landed] = landings(own)
    if (landed !== undefined) addedMs.push(landed - buyer.latencyMs)
  }
}

function landings({ entries }: Ledger): readonly number[] {
  return entries.filter(({ step, verdict }) => step === 'landing' && verdict === 'good').map((entry) => entry.ms)
}
