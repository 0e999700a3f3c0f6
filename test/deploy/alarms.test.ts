import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { errorCodes } from '../../src/errors.ts'
import { abandonedJob } from '../../src/jobs/abandoned.ts'
import { pruneJob } from '../../src/jobs/prune.ts'
import { errorPages } from '../../src/web/errors/error-pages.ts'
import { failsWith, testApp } from '../support/app.ts'
import { land } from '../support/browse.ts'
import type { Line } from '../support/logs.ts'
import { readTemplate, resourcesOf, templateNames } from '../support/template.ts'

const base = readTemplate('base.yaml')

const filters = resourcesOf(base, 'AWS::Logs::MetricFilter').map(([name, { Properties }]) => {
  const { FilterPattern, MetricTransformations } = Properties as {
    FilterPattern: string
    MetricTransformations: readonly { MetricName: string; MetricNamespace: unknown; DefaultValue?: number }[]
  }
  return { name: name.replace(/Filter$/, ''), pattern: FilterPattern, metric: MetricTransformations[0] }
})

type Alarm = {
  readonly AlarmDescription: string
  readonly AlarmActions: readonly unknown[]
  readonly OKActions: readonly unknown[]
  readonly TreatMissingData: string
  readonly MetricName?: string
  readonly Metrics?: readonly unknown[]
  readonly Period?: number
  readonly EvaluationPeriods: number
  readonly DatapointsToAlarm?: number
  readonly Threshold: number
}

const alarms = templateNames.flatMap((name) =>
  resourcesOf(readTemplate(name), 'AWS::CloudWatch::Alarm').map(
    ([alarm, { Properties }]) => [alarm, Properties as unknown as Alarm] as const,
  ),
)

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

describe('every alarm', () => {
  it.each(alarms)('an alarm states its urgency, its cause and the link to the runbook: %s', (_, alarm) => {
    const { AlarmDescription, AlarmActions, OKActions } = alarm
    expect(AlarmDescription).toMatch(/^(?:PAGE|TICKET)\. [A-Z].+\. docs\/runbook\.md#from-an-alert$/)
    const topic = AlarmDescription.startsWith('PAGE') ? 'Page' : 'Ticket'
    expect(JSON.stringify(AlarmActions)).toMatch(new RegExp(`(?:${topic}|Alarm)Topic`))
    expect(OKActions).toEqual(AlarmActions)
  })

  it.each(alarms)('an alarm is silent without data, except for missing tasks: %s', (name, { TreatMissingData }) => {
    expect(TreatMissingData).toBe(name === 'NoHealthyTaskAlarm' ? 'breaching' : 'notBreaching')
  })
})

const thresholds = Object.fromEntries(
  alarms.map(([name, { Period, EvaluationPeriods, Threshold }]) => [name, [Threshold, Period, EvaluationPeriods]]),
)

it('one failed buyer opens a ticket, and three within 15 minutes page somebody', () => {
  expect(thresholds['BuyerRefusedAlarm']).toEqual([1, 300, 1])
  expect(thresholds['BuyersRefusedAlarm']).toEqual([3, 900, 1])
  expect(thresholds['SetupBrokenAlarm']).toEqual([1, 300, 1])
  expect(thresholds['BalancerErrorAlarm']).toEqual([1, 300, 1])
})

it('a database that does not answer pages somebody, even with one task that sends nothing, and a failover does not', () => {
  const [, alarm] = alarms.find(([name]) => name === 'DatabaseDownAlarm') ?? []
  expect(alarm).toMatchObject({ Period: 60, EvaluationPeriods: 4, DatapointsToAlarm: 3, Threshold: 1 })
  // These jobs always run, and log a failure in each of their runs.
  const unused = () => Promise.reject(new Error('not called'))
  const deps = { transaction: unused, notify: unused, dataOfRegistration: unused, now: () => new Date() }
  for (const { pauseMs } of [pruneJob(unused), abandonedJob(deps)]) expect(pauseMs).toBeLessThanOrEqual(60_000)
})

it('failed tokens count only if nobody landed in the same hours', () => {
  const compared = alarms.filter(([, { Metrics }]) => Metrics !== undefined)
  expect(compared.map(([name, { Threshold }]) => [name, Threshold])).toEqual([
    ['TokenRefusedAlarm', 1],
    ['TokensRefusedAlarm', 3],
  ])
  for (const [, { Metrics }] of compared) {
    expect(Metrics?.[0]).toEqual({ Id: 'alarm', Expression: 'IF(landed == 0, refused, 0)' })
    expect(JSON.stringify(Metrics)).toMatch(/"MetricName":"TokenRefused".*"MetricName":"Landed"/)
  }
  // The comparison needs a value in each period with a line.
  expect(filters.find(({ name }) => name === 'Landed')?.metric?.DefaultValue).toBe(0)
})

it('the filters contain only existing failure codes', () => {
  const codes = filters.flatMap(({ pattern }) =>
    [...pattern.matchAll(/\$\.code !?= "([^"]+)"/g)].map(([, code]) => code),
  )
  expect(codes.length).toBeGreaterThan(10)
  expect(codes.filter((code) => !errorCodes.some((known) => known === code))).toEqual([])
})

it.each(filters)('$name has an alarm on its metric', ({ metric }) => {
  const { MetricName = '', MetricNamespace } = metric ?? {}
  expect(MetricNamespace).toEqual({ 'Fn::Sub': 'MarketplaceLanding/${AWS::StackName}' })
  expect(JSON.stringify(alarms)).toContain(`"MetricName":"${MetricName}"`)
})

const allBuyers = ['marketplace-denied', 'marketplace-disabled', 'connection-insecure', 'internal']

it.each(errorCodes)('a log line of %s is counted by its alarm', async (code) => {
  const { app: landing, log } = await testApp({ resolveCustomer: failsWith(code) })
  await land(landing)
  const { tone, status } = errorPages[code]
  const turnedAway = tone === 'seller' || status >= 500 ? ['BuyerRefused'] : []
  const expected = allBuyers.includes(code)
    ? ['SetupBroken']
    : ['token-invalid', 'token-expired'].includes(code)
      ? ['TokenRefused']
      : turnedAway
  const counts = log.events('registration.refused').map((line) => counted(line))
  expect(counts).toEqual([expected])
})

it('the app logs each message and event of the filters', () => {
  const folder = join(import.meta.dirname, '../../src')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  const code = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n')
  const named = filters.flatMap(({ pattern }) => [...pattern.matchAll(/\$\.(?:msg|event) = "([^"]+)"/g)])
  expect(named.length).toBeGreaterThan(8)
  expect(named.map(([, text = '']) => text).filter((text) => !code.includes(`'${text}'`))).toEqual([])
})

it('a landing, the check at start, jobs, deliveries and handoffs are counted', () => {
  expect(counted({ level: 30, event: 'registration.landed' })).toEqual(['Landed'])
  expect(counted({ level: 40, msg: 'ResolveCustomer would fail' })).toEqual(['SetupBroken'])
  expect(counted({ level: 40, msg: 'job failed', code: 'store-unavailable' })).toEqual(['DatabaseDown'])
  expect(counted({ level: 40, msg: 'job failed', code: 'marketplace-denied' })).toEqual(['JobFailing'])
  expect(counted({ level: 40, event: 'delivery.failed' })).toEqual(['DeliveryFailing'])
  expect(counted({ level: 50, event: 'delivery.dead' })).toEqual(['DeliveryDead'])
  expect(counted({ level: 30, event: 'handoff.refused', error: 'invalid_client' })).toEqual(['HandoffRefused'])
  expect(counted({ level: 30, event: 'handoff.refused', error: 'invalid_grant' })).toEqual([])
})
