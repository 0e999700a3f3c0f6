import { createCommand } from '../command.ts'
import { optionValues } from '../usage-error.ts'
import { examine } from './examine.ts'
import { isWell, jsonReport, textReport } from './report.ts'

const help = `npm run doctor [-- --json]

Checks everything that a buyer will need: the configuration, PUBLIC_URL, disk and database, AWS credentials and role,
ResolveCustomer, subscriptions (queue, agreements, entitlements), webhook, mail server and pending notifications; and the
sign-in of the console. One line for each, and below it what to change. It stores nothing and prints no secret, so it may run in production; the webhook
gets an event of type \`test\`, and PUBLIC_URL a POST without a token. Exit code 1 when something must change.

  --json    the same for machines: {ok, faults, warnings, checks: [{name, status, found, hint}]}
  --help    this text
`

const options = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const

/** `npm run doctor`. */
export const runDoctor = createCommand(async (args, io) => {
  const { json = false, help: wantsHelp = false } = optionValues(args, options)
  if (wantsHelp) {
    io.stdout.write(help)
    return 0
  }
  const checks = await examine(io)
  io.stdout.write(json ? jsonReport(checks) : textReport(checks))
  return isWell(checks) ? 0 : 1
})
