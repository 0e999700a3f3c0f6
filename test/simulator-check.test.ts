import { join } from 'node:path'
import { expect, it } from 'vitest'
import { check } from '../simulator/src/check/command.ts'
import type { Report } from '../simulator/src/check/report.ts'
import { freePort } from './support/free-port.ts'
import { startService } from './support/service.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

it('Marketplace Landing passes every rule of the simulator’s check', async () => {
  const port = String(await freePort())
  const { url } = await startService({
    PRODUCT_CODES: 'a-code-of-its-own',
    RATE_LIMIT_PER_MINUTE: '30',
    MARKETPLACE_DEADLINE_MS: '6000',
    AWS_ENDPOINT_URL_MARKETPLACE_METERING: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'simulated',
    AWS_SECRET_ACCESS_KEY: 'simulated',
    DATABASE_URL: `sqlite:${join(temporaryFolder(), 'landing.db')}`,
  })
  const landingUrl = url.replace('127.0.0.1', 'localhost')
  let printed = ''
  const args = ['--landing-url', landingUrl, '--port', port, '--product-code', 'a-code-of-its-own', '--json']
  const code = await check(args, (text) => (printed += text))
  const report = JSON.parse(printed) as Report
  expect(report.rules.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
  expect([code, report.landingUrl, report.failed]).toEqual([0, `${landingUrl}/`, 0])
})
