import { parseArgs } from 'node:util'
import { examine } from './examine.ts'
import { isWell, jsonReport, textReport } from './report.ts'

const help = `npm run doctor [-- --json]

Looks at everything the app needs: configuration, database, credentials, role, ResolveCustomer,
subscriptions (queue, agreements, entitlements), the webhook's host, the mail server and what waits
to be delivered. It changes nothing and prints no secret, so it may run in production. Ends with 0 when all is well, else with 1.
`

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' }, help: { type: 'boolean' } } })
  if (values.help === true) {
    process.stdout.write(help)
    return
  }
  const checks = await examine(process.env)
  process.stdout.write(values.json === true ? jsonReport(checks) : textReport(checks))
  process.exitCode = isWell(checks) ? 0 : 1
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
