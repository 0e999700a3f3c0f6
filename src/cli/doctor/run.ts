import { createCommand } from '../command.ts'
import { optionValues } from '../usage-error.ts'
import { examine } from './examine.ts'
import { isWell, jsonReport, textReport } from './report.ts'

const help = `npm run doctor [-- --json]

Checks everything that a buyer will need: configuration, database, AWS credentials, role, ResolveCustomer, subscriptions
(queue, agreements, entitlements), webhook, mail server and pending notifications. It changes nothing and prints no secret,
so it may run in production. Exit code 1 when something must change.
`

const options = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const

/** `npm run doctor`. */
export const runDoctor = createCommand(async (args, { env, stdout }) => {
  const { json = false, help: wantsHelp = false } = optionValues(args, options)
  if (wantsHelp) {
    stdout.write(help)
    return 0
  }
  const checks = await examine(env)
  stdout.write(json ? jsonReport(checks) : textReport(checks))
  return isWell(checks) ? 0 : 1
})
