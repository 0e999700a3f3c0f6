import { expect, it } from 'vitest'
import { errorCodes, type ErrorCode } from '../../src/errors.ts'
import { errorPages } from '../../src/web/errors/error-pages.ts'
import { failsWith, testApp } from '../support/app.ts'
import { land } from '../support/browse.ts'
import type { Line } from '../support/logs.ts'
import { readTemplate } from '../support/template.ts'

const app = readTemplate('app.yaml')

const filters = Object.entries(app.Resources)
  .filter(([, { Type }]) => Type === 'AWS::Logs::MetricFilter')
  .map(([name, { Properties }]) => {
    const { FilterPattern, MetricTransformations } = Properties as {
      FilterPattern: string
      MetricTransformations: readonly { MetricName: string; MetricNamespace: unknown }[]
    }
    return { name, pattern: FilterPattern, metric: MetricTransformations[0] }
  })

/** CloudWatch's patterns are nearly JavaScript. */
function matches(pattern: string, line: Line): boolean {
  const condition = pattern
    .slice(1, -1)
    .replaceAll(/\$\.(\w+)/g, 'line.$1')
    .replaceAll(/ = /g, ' === ')
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- a pattern from our own template
  const test = new Function('line', `return ${condition}`) as (line: Line) => unknown
  return test(line) === true
}

const counted = (line: Line) => filters.filter(({ pattern }) => matches(pattern, line)).map(({ name }) => name)

it('name only failures that there are', () => {
  const codes = filters.flatMap(({ pattern }) => [...pattern.matchAll(/\$\.code = "([^"]+)"/g)].map(([, code]) => code))
  expect(codes.length).toBeGreaterThan(5)
  expect(codes.filter((code) => !errorCodes.some((known) => known === code))).toEqual([])
})

it.each(filters)('$name has an alarm on its metric', ({ metric }) => {
  const alarms = Object.values(app.Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
  const { MetricName, MetricNamespace } = metric ?? {}
  expect(alarms.map(({ Properties }) => Properties)).toContainEqual(
    expect.objectContaining({ MetricName, Namespace: MetricNamespace }),
  )
})

const expected = (code: ErrorCode): readonly string[] => {
  const { logLevel, tone, status } = errorPages[code]
  if (tone === 'seller' || logLevel === 'error') return ['SellerAtFaultFilter']
  if (code === 'store-unavailable') return ['StoreUnavailableFilter']
  return status >= 500 ? ['MarketplaceInTroubleFilter'] : []
}

it.each(errorCodes)('a log line of %s is counted by the alarm it belongs to', async (code) => {
  const { app: landing, log } = await testApp({ resolveCustomer: failsWith(code) })
  await land(landing)
  expect(log.events('registration.refused').map(counted)).toEqual([expected(code)])
})

it('the check at start and a dead delivery are counted', () => {
  expect(counted({ level: 40, msg: 'ResolveCustomer would fail' })).toEqual(['BrokenSetupFilter'])
  expect(counted({ level: 50, event: 'delivery.dead' })).toEqual(['DeadDeliveryFilter'])
})
