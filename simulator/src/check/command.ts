import { parseArgs } from 'node:util'
import { defaultProduct } from '../products.ts'
import { portFrom, urlFrom } from '../settings.ts'
import { startSimulator } from '../simulator.ts'
import { drive } from './drive.ts'
import { reportOf } from './report.ts'
import { textReport } from './text-report.ts'

const options = {
  'landing-url': { type: 'string' },
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '4000' },
  'product-code': { type: 'string', default: defaultProduct.code },
  timeout: { type: 'string', default: '15' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const slowMs = 3_000

const help = `Usage: marketplace-simulator check --landing-url URL [options]

Sends buyers of every scenario to a landing page and reports, rule by rule, whether the page does
what AWS and buyers need. Start the page with
AWS_ENDPOINT_URL_MARKETPLACE_METERING=http://127.0.0.1:4000: the check simulates AWS at that address.
Use a test instance, because about ten buyers land there. The exit code is 1 if a rule fails.

  --landing-url URL    the fulfillment URL
  --port N             port of the simulated AWS (4000)
  --host ADDRESS       address of the simulated AWS (127.0.0.1)
  --product-code CODE  a product code that the page accepts (${defaultProduct.code})
  --timeout SECONDS    how long the page may take to answer one buyer (15)
  --json               prints JSON
  --help               prints this text
`

/**
 * `marketplace-simulator check`. Returns the exit code. Throws an error with a one-line message for
 * wrong options.
 */
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
    const report = reportOf(await drive(simulator, { landingUrl, timeoutMs, slowMs }))
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
