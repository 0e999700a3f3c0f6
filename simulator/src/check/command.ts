import { parseArgs } from 'node:util'
import { defaultProductCode } from '../products.ts'
import { portFrom, urlFrom } from '../settings.ts'
import { startSimulator } from '../simulator.ts'
import { drive } from './drive.ts'
import { reportOf } from './report.ts'
import { textReport } from './text-report.ts'

const options = {
  'landing-url': { type: 'string' },
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '4000' },
  'product-code': { type: 'string', default: defaultProductCode },
  timeout: { type: 'string', default: '15' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const help = `Usage: marketplace-simulator check --landing-url URL [options]

Sends buyers of every scenario to a landing page and tells, rule by rule, whether it does what AWS and buyers need. The page must have
been started with AWS_ENDPOINT_URL_MARKETPLACE_METERING=http://127.0.0.1:4000: the check is the AWS at that address while it runs. Use an
instance for testing: some ten buyers land there. Exits with 1 when a rule does not hold.

  --landing-url URL    the fulfillment URL
  --port N             where AWS is simulated (4000)
  --host ADDRESS       on which address (127.0.0.1)
  --product-code CODE  one that the page accepts (${defaultProductCode})
  --timeout SECONDS    how long the page may take to answer one buyer (15)
  --json               for programs
`

/** `marketplace-simulator check`. Returns the exit code; throws an error whose message is one line for who typed the options. */
export async function check(args: readonly string[], print: (text: string) => void): Promise<number> {
  const { values } = parseArgs({ args: [...args], options })
  if (values.help === true) {
    print(help)
    return 0
  }
  if (values['landing-url'] === undefined) throw new Error('--landing-url is missing; see check --help')
  const landingUrl = new URL(urlFrom(values['landing-url'], '--landing-url'))
  const timeoutMs = secondsFrom(values.timeout) * 1000
  const { host, 'product-code': productCode } = values
  const simulator = await startSimulator({ host, port: portFrom(values.port), productCode })
  try {
    const report = reportOf(await drive(simulator, { landingUrl, timeoutMs }))
    print(values.json === true ? `${JSON.stringify(report, null, 2)}\n` : textReport(report))
    return report.failed === 0 ? 0 : 1
  } finally {
    await simulator.close()
  }
}

function secondsFrom(text: string): number {
  const seconds = Number(text)
  if (text !== '' && seconds > 0 && seconds <= 600) return seconds
  throw new Error(`--timeout is "${text}"; it must be a number of seconds, at most 600`)
}
