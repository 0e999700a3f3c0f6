import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Operation } from '../../src/domain/unit-of-work.ts'
import { installed } from '../support/debian.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const rulesFile = join(import.meta.dirname, '../../docs/alerts.yaml')
const { groups } = parse(readFileSync(rulesFile, 'utf8')) as {
  groups: readonly { rules: readonly { alert: string }[] }[]
}
const alerts = groups.flatMap((group) => group.rules.map(({ alert }) => alert))

/** Values of series, one a minute, as promtool reads them. */
type Series = Readonly<Record<string, string>>

/** When the rules are evaluated, in minutes: long enough for the longest `for` and range of most rules. */
const at = 6 * 60 + 20
/** For the rules that compare with the day before. */
const nextDay = 24 * 60 + 20
const end = nextDay + 60
const forever = (value: number) => `${String(value)}x${String(end)}`
const rising = (step: number) => `0+${String(step)}x${String(end)}`
const risingUntil = (step: number, minute: number) =>
  `0+${String(step)}x${String(minute)} ${String(step * minute)}x${String(end)}`
/** Zero until this minute, then this number. */
const from = (minute: number, count: number) => `0x${String(minute - 1)} ${String(count)}x${String(end)}`
const justNow = (count: number) => from(at - 3, count)
const lately = (count: number) => from(at - 16, count)

/** The operation that runs each minute without buyers. It deletes many rows at once, so that it may be slow. */
const pruning = 'prune' satisfies Operation
const writing = 'recordLanding' satisfies Operation

/** A day without a buyer. Jobs use the database, and the queue answers. */
const quiet: Series = {
  'landing_outcomes_total{outcome="landed"}': forever(0),
  'landing_outcomes_total{outcome="returned"}': forever(0),
  'landing_outcomes_total{outcome="token-invalid"}': forever(0),
  'landing_outcomes_total{outcome="token-expired"}': forever(0),
  'failure_pages_total{code="marketplace-denied"}': forever(0),
  'failure_pages_total{code="marketplace-busy"}': forever(0),
  'failure_pages_total{code="product-unknown"}': forever(0),
  'failure_pages_total{code="not-found"}': rising(1),
  registrations_completed_total: forever(0),
  rate_limit_hits_total: forever(0),
  resolve_customer_in_flight: forever(0),
  landing_duration_seconds_count: forever(0),
  'landing_duration_seconds_bucket{le="4"}': forever(0),
  'landing_duration_seconds_bucket{le="8"}': forever(0),
  'landing_duration_seconds_bucket{le="+Inf"}': forever(0),
  [`store_operation_duration_seconds_count{operation="${pruning}",result="ok"}`]: rising(4),
  [`store_operation_duration_seconds_bucket{operation="${pruning}",result="ok",le="0.1"}`]: forever(0),
  [`store_operation_duration_seconds_bucket{operation="${pruning}",result="ok",le="1"}`]: rising(4),
  [`store_operation_duration_seconds_bucket{operation="${pruning}",result="ok",le="+Inf"}`]: rising(4),
  'job_failures_total{exported_job="prune"}': forever(0),
  deliveries_dead: forever(0),
  deliveries_oldest_pending_seconds: forever(0),
  'handoffs_total{outcome="redeemed"}': forever(0),
  'handoffs_total{outcome="invalid_client"}': forever(0),
  'handoffs_total{outcome="invalid_grant"}': forever(0),
  'aws_events_total{outcome="applied"}': forever(0),
  'aws_events_total{outcome="unreadable"}': forever(0),
  events_polled_timestamp_seconds: rising(60),
  agreements_unregistered: forever(0),
  registrations_inactive: forever(2),
  registrations_waiting: forever(3),
  registrations_overdue: forever(0),
}

/** A day with three buyers who all register. One took an old link later, and one had to try again in the morning. */
const threeBuyers = `0x300 1x300 2x500 3x${String(end)}`
const usual: Series = {
  ...quiet,
  'landing_outcomes_total{outcome="landed"}': threeBuyers,
  'landing_outcomes_total{outcome="token-expired"}': from(1000, 1),
  'failure_pages_total{code="token-expired"}': from(1000, 1),
  'failure_pages_total{code="marketplace-busy"}': from(300, 1),
  registrations_completed_total: threeBuyers,
  'handoffs_total{outcome="redeemed"}': threeBuyers,
  'aws_events_total{outcome="applied"}': threeBuyers,
}

type Case = readonly [name: string, changed: Series, firing: readonly string[]]

const withinHours: readonly Case[] = [
  [
    'one buyer whom AWS may not name',
    { 'failure_pages_total{code="marketplace-denied"}': justNow(1) },
    ['SetupBroken'],
  ],
  ['one buyer of an unknown product', { 'failure_pages_total{code="product-unknown"}': justNow(1) }, ['BuyerRefused']],
  ['two buyers turned away', { 'failure_pages_total{code="marketplace-busy"}': justNow(2) }, ['BuyerRefused']],
  [
    'three buyers turned away',
    { 'failure_pages_total{code="marketplace-busy"}': justNow(3) },
    ['BuyerRefused', 'BuyersRefused'],
  ],
  [
    'one token refused, nobody landed',
    { 'landing_outcomes_total{outcome="token-invalid"}': lately(1) },
    ['TokenRefused'],
  ],
  [
    'every token refused',
    { 'landing_outcomes_total{outcome="token-invalid"}': lately(3) },
    ['TokenRefused', 'TokensRefused'],
  ],
  [
    'three tokens refused beside a landing',
    {
      'landing_outcomes_total{outcome="token-invalid"}': lately(3),
      'landing_outcomes_total{outcome="landed"}': lately(1),
    },
    [],
  ],
  [
    'a dead database that no buyer has met',
    {
      [`store_operation_duration_seconds_count{operation="${pruning}",result="ok"}`]: risingUntil(4, at - 10),
      // The first failure makes the series.
      [`store_operation_duration_seconds_count{operation="${pruning}",result="failed"}`]: `_x${String(at - 10)} 1+1x${String(end)}`,
    },
    ['DatabaseDown'],
  ],
  [
    'a failover of the database within a minute',
    { [`store_operation_duration_seconds_count{operation="${pruning}",result="failed"}`]: justNow(4) },
    [],
  ],
  ['calls that pile up', { resolve_customer_in_flight: forever(300) }, ['CallsPileUp']],
  ['a queue that is not read', { events_polled_timestamp_seconds: risingUntil(60, at - 20) }, ['EventsNotRead']],
  ['no queue', { events_polled_timestamp_seconds: forever(0) }, []],
  ['a job that fails on and on', { 'job_failures_total{exported_job="prune"}': rising(4) }, ['JobFailing']],
  ['a job that failed for a minute', { 'job_failures_total{exported_job="prune"}': lately(5) }, []],
  [
    'slow landings',
    {
      landing_duration_seconds_count: lately(3),
      'landing_duration_seconds_bucket{le="8"}': lately(3),
      'landing_duration_seconds_bucket{le="+Inf"}': lately(3),
    },
    ['LandingSlow'],
  ],
  [
    'a slow database',
    {
      [`store_operation_duration_seconds_bucket{operation="${writing}",result="ok",le="0.1"}`]: forever(0),
      [`store_operation_duration_seconds_bucket{operation="${writing}",result="ok",le="1"}`]: rising(1),
      [`store_operation_duration_seconds_bucket{operation="${writing}",result="ok",le="+Inf"}`]: rising(1),
    },
    ['StoreSlow'],
  ],
  ['a script', { rate_limit_hits_total: justNow(40) }, ['RateLimited']],
  [
    'three buyers who landed and did not register',
    { 'landing_outcomes_total{outcome="landed"}': lately(3) },
    ['BuyersDoNotRegister'],
  ],
  ['a dead delivery', { deliveries_dead: justNow(1) }, ['DeliveryDead']],
  ['a delivery that waits', { deliveries_oldest_pending_seconds: rising(60) }, ['DeliveriesWait']],
  [
    'an application with the wrong secret',
    { 'handoffs_total{outcome="invalid_client"}': justNow(3) },
    ['HandoffRefused'],
  ],
  ['a buyer who went back', { 'handoffs_total{outcome="invalid_grant"}': justNow(3) }, []],
  ['an event that cannot be read', { 'aws_events_total{outcome="unreadable"}': justNow(1) }, ['EventsLeft']],
]

const overADay: readonly Case[] = [
  ['a customer who never landed', { agreements_unregistered: forever(1) }, ['PaidAndNeverLanded']],
  ['a customer who landed within the day', { agreements_unregistered: `1x600 0x${String(end)}` }, []],
  ['a buyer who waits longer than promised', { registrations_overdue: forever(1) }, ['RegistrationsOverdue']],
  ['a cancellation', { registrations_inactive: `2x${String(nextDay - 60)} 3x${String(end)}` }, ['RegisteredAndEnded']],
  ['three buyers who registered', usual, []],
]

/** The alerts that fire at that minute, as promtool sees it. */
function expectFiring(series: Series, minute: number, firing: readonly string[]): void {
  const file = join(temporaryFolder(), 'test.json')
  const test = {
    interval: '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [
      {
        expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
        eval_time: `${String(minute)}m`,
        exp_samples: firing.map((alert) => ({ labels: `{alertname="${alert}"}`, value: 1 })),
      },
    ],
  }
  writeFileSync(file, JSON.stringify({ rule_files: [rulesFile], evaluation_interval: '2m', tests: [test] }))
  const { status, stdout, stderr } = spawnSync(installed('prometheus'), ['test', 'rules', file], { encoding: 'utf8' })
  expect([status, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('SUCCESS')])
}

it('every alert fires in at least one case', () => {
  const tested = [...withinHours, ...overADay].flatMap(([, , firing]) => firing)
  expect(alerts.filter((alert) => !tested.includes(alert))).toEqual(['NoInstance'])
})

it('a missing instance fires its alert and no other', () => {
  expectFiring({}, 20, ['NoInstance'])
})

it('a day without a buyer is silent', () => {
  expectFiring(quiet, nextDay, [])
})

it.each(withinHours)('on %s exactly the expected alerts fire', (_, changed, firing) => {
  expectFiring({ ...quiet, ...changed }, at, firing)
})

it.each(overADay)('within a day, on %s exactly the expected alerts fire', (_, changed, firing) => {
  expectFiring({ ...quiet, ...changed }, nextDay, firing)
})
