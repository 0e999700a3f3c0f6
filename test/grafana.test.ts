import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { addReadings, createMetrics } from '../src/metrics/metrics.ts'

type Panel = { readonly title: string; readonly type: string; readonly targets?: readonly { readonly expr: string }[] }

const file = (name: string) => readFileSync(join(import.meta.dirname, '..', name), 'utf8')
const dashboard = JSON.parse(file('docs/grafana.json')) as {
  panels: (Panel & { id: number })[]
  templating: { list: { query: { query?: string } }[] }
}
const reference = file('docs/reference.md')

/** Every series of the service, and its labels. */
async function offered(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const metrics = createMetrics()
  const zero = () => Promise.resolve(0)
  addReadings(metrics, {
    ...{ sessions: zero, deliveries_pending: zero },
    ...{ deliveries_oldest_pending_seconds: zero, deliveries_dead: zero },
    ...{ agreements_unregistered: zero, registrations_inactive: zero },
    ...{ registrations_waiting: zero, registrations_overdue: zero },
  })
  const fromPrometheus = ['job', 'instance', 'exported_job']
  const found = await metrics.registry.getMetricsAsJSON()
  return new Map(
    found.flatMap(({ name, type }) => {
      const { labelNames = [] } = metrics.registry.getSingleMetric(name) as unknown as { labelNames?: string[] }
      const labels = new Set([...labelNames, ...fromPrometheus, 'le'])
      // prom-client's types call it an enumeration; at run time it is the word.
      const parts = String(type) === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
      return parts.map((part) => [`${name}${part}`, labels] as const)
    }),
  )
}

const functions = new Set([
  ...[
    'sum',
    'max',
    'by',
    'rate',
    'increase',
    'changes',
    'offset',
    'histogram_quantile',
    'label_values',
    'time',
    'and',
    'or',
    'on',
    'absent',
    'unless',
  ],
])

/** The metrics and labels of a PromQL expression: everything but functions, numbers, durations and strings. */
function named(expression: string) {
  const labels: string[] = []
  const bare = expression
    .replaceAll(/"[^"]*"/g, '""')
    .replaceAll(/\{([^}]*)\}/g, (_, matchers: string) => {
      labels.push(...[...matchers.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label))
      return ' '
    })
    .replaceAll(/\b(?:by|on)\s*\(([^)]*)\)/g, (_, list: string) => {
      labels.push(...list.split(',').map((label) => label.trim()))
      return ' '
    })
    .replaceAll(/\[[^\]]*\]/g, ' ')
  const metrics = [...bare.matchAll(/\b[A-Za-z_:][\w:]*/g)].map(([word]) => word).filter((word) => !functions.has(word))
  return { metrics, labels }
}

type Rule = {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly runbook_url: string }
}
const { groups } = parse(file('docs/alerts.yaml')) as { groups: readonly { rules: readonly Rule[] }[] }
const rules = groups.flatMap((group) => group.rules)
const alerts = rules.map(({ alert, expr }) => [alert, expr] as const)
const panels = dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const))

it.each(rules)('the alert $alert states its urgency, its cause and the link to the runbook', (rule) => {
  expect(['page', 'ticket']).toContain(rule.labels.severity)
  expect(rule.annotations.summary).toMatch(/^[A-Z].+[^.]$/)
  expect(rule.annotations.runbook_url).toBe('docs/runbook.md#from-an-alert')
})

describe('the queries to Prometheus', () => {
  it('each panel and each alert has a query', () => {
    expect(panels.length).toBeGreaterThan(20)
    expect(alerts.length).toBeGreaterThan(10)
    for (const [title, expression] of [...panels, ...alerts])
      expect([title, named(expression).metrics.length]).not.toEqual([title, 0])
    expect(dashboard.panels.filter(({ type, targets }) => type !== 'row' && targets === undefined)).toEqual([])
    const ids = dashboard.panels.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it.each([...panels, ...alerts])('the query “%s” uses existing metrics and labels', async (_, expression) => {
    const series = await offered()
    const { metrics, labels } = named(expression)
    expect(metrics.filter((name) => !series.has(name))).toEqual([])
    const known = new Set(metrics.flatMap((name) => [...(series.get(name) ?? [])]))
    expect(labels.filter((label) => !known.has(label))).toEqual([])
  })

  it('the dashboard finds the job by an existing metric', async () => {
    const [name = ''] = dashboard.templating.list.flatMap(
      ({ query: { query = '' } }) => /\((\w+),/.exec(query)?.[1] ?? [],
    )
    expect([...(await offered()).keys()]).toContain(name)
  })

  it('the dashboard contains all of our metrics', async () => {
    const shown = new Set(panels.flatMap(([, expression]) => named(expression).metrics.map(family)))
    const ours = [...(await offered()).keys()].filter((name) => !/^(nodejs|process)_/.test(name)).map(family)
    expect([...new Set(ours)].filter((name) => !shown.has(name))).toEqual([])
  })

  it('the test of queries detects metrics that do not exist', () => {
    const invented = named('sum by (code) (rate(no_such_metric{job="$job", colour=~"a|b"}[5m])) / 2 > 1e3')
    expect(invented).toEqual({ metrics: ['no_such_metric'], labels: ['job', 'colour', 'code'] })
  })
})

it.each([
  'delivery.sent',
  'delivery.failed',
  'delivery.dead',
  'handoff.redeemed',
  'handoff.refused',
  'subscription.changed',
])('the reference names the log event %s', (event) => {
  expect(reference).toContain(event)
})

function family(name: string): string {
  return name.replace(/_(?:bucket|sum|count)$/, '')
}
