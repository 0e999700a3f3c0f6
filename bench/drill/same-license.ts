import { createClient } from './client.ts'
import { selectFrom } from './audit.ts'
import { ms, quantile, unless, type Figures, type Scene } from './figures.ts'
import { landing } from './journey.ts'
import { startMarket } from './market.ts'
import { startTask } from './task.ts'

const atOnce = 200

/** One purchase, many browsers at the same moment, two tasks: one row. */
export async function sameLicense({ short, stage, postgres, say }: Scene): Promise<Figures> {
  const rounds = short ? 2 : 10
  const databaseUrl = await (await postgres()).createDatabase()
  const market = await startMarket(stage)
  const start = () => startTask(stage, { databaseUrl, marketplace: market.url })
  const tasks = await Promise.all([start(), start()])
  const client = createClient()
  stage.atEnd(client.close)

  const times: number[] = []
  let failures = 0
  for (let round = 0; round < rounds; round += 1) {
    const account = String(500_000_000_000 + round)
    const license = `arn:aws:license-manager::294406891311:license:l-${account}`
    // Every other round without a license: then product and account are what a row is known by.
    const licenseArn = round % 2 === 0 ? license : null
    const tokens = await market.tokens({ scenario: 'new-buyer', awsAccountId: account, licenseArn }, atOnce)
    const answers = await Promise.all(
      tokens.map((token, i) => client.ask(tasks[i % 2 === 0 ? 0 : 1].url, landing(token))),
    )
    times.push(...answers.map((answer) => answer.ms))
    const refused = answers.filter(({ status, headers }) => status !== 303 || headers.location !== '/registration')
    failures += refused.length
    for (const { status, page, error } of refused.slice(0, 3))
      say(`refused: ${error ?? `${String(status)} ${String(page)}`}`)
  }
  const rows = (await selectFrom(databaseUrl, 'select id from registrations')).length
  const remembered = (await selectFrom(databaseUrl, 'select token_hash from tokens')).length
  say(`${String(rows)} rows for ${String(rounds)} purchases, ${String(remembered)} tokens remembered`)
  say(`landing, median / slowest: ${ms(quantile(times, 0.5))} / ${ms(Math.max(...times))}`)
  return {
    load: `${String(atOnce)} landings at once, ${String(rounds)} rounds, 2 tasks, PostgreSQL`,
    faults: 'one license, distinct tokens',
    requests: times.length,
    failures,
    lost: Math.max(0, rounds - rows),
    broken: unless(
      [failures === 0, `${String(failures)} landings refused`],
      [rows === rounds, `${String(rows)} rows for ${String(rounds)} purchases`],
      [remembered === times.length, `${String(remembered)} tokens remembered of ${String(times.length)}`],
      [tasks.every((task) => task.crashes().length === 0), `crashed: ${tasks.flatMap((t) => t.crashes()).join('\n')}`],
    ),
  }
}
