import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Response } from 'supertest'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { notificationTypes } from '../src/domain/notification.ts'
import { subscriptionData } from '../src/domain/subscription-data.ts'
import { AppError, errorCodes } from '../src/errors.ts'
import { createMetrics, readings } from '../src/metrics/metrics.ts'
import { probe } from '../src/aws/probe.ts'
import { catalogs } from '../src/i18n/languages.ts'
import { errorPages } from '../src/web/errors/error-pages.ts'
import { aSubscription } from './support/a-subscription.ts'
import { aCustomer, failsWith, resolvesTo } from './support/app.ts'
import { contact, cookies, land, open, register, tokenField } from './support/browse.ts'
import type { Line } from './support/logs.ts'
import { marketplaceApp } from './support/marketplace.ts'
import { page } from './support/page.ts'
import { readTemplate, templateNames } from './support/template.ts'

const project = join(import.meta.dirname, '..')
const read = (file: string) => readFileSync(join(project, file), 'utf8')
const runbook = read('docs/runbook.md')
const reference = read('docs/reference.md')

/** The cells of each row in the table under a heading of the runbook. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const lines = (runbook.split(`\n${heading}\n`)[1] ?? '').split(/\n##+ /)[0]?.split('\n') ?? []
  const rows = lines.filter((line) => line.startsWith('| `'))
  return rows.map((row) => row.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')))
}

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(document: string): readonly string[] {
  return [...document.matchAll(/^##+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  )
}

const linked = (text: string) => [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target)
const named = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)

describe('the documents', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(project, 'docs')).map((file) => `docs/${file}`)]
  const markdown = pages.filter((file) => file.endsWith('.md'))

  it.each(markdown)('the document %s links only to existing headings', (file) => {
    const targets = linked(read(file)).filter((target) => /^[\w./-]*#/.test(target))
    const missing = targets.filter((target) => {
      const [path = '', anchor = ''] = target.split('#')
      const page = path === '' ? file : join(dirname(file), path)
      return !existsSync(join(project, page)) || !anchorsOf(read(page)).includes(anchor)
    })
    expect(missing).toEqual([])
  })

  it.each(['docs/runbook.md', 'docs/reference.md'])('the document %s has at most 200 lines', (file) => {
    expect(read(file).trimEnd().split('\n').length).toBeLessThanOrEqual(200)
  })
})

describe('the runbook', () => {
  const index = rowsUnder('## By code')

  it('the runbook lists exactly the failure codes', () => {
    expect(index.map(([code]) => code)).toEqual(errorCodes.map((code) => `\`${code}\``))
  })

  it.each(errorCodes)('the runbook describes log, page, owner and fix of %s', (code) => {
    const [, log, title, who = '', fix = ''] = index[errorCodes.indexOf(code)] ?? []
    const { logLevel, status } = errorPages[code]
    expect(log).toBe(`${logLevel} ${String(status)}`)
    expect(title).toBe(catalogs.en.failures[code].title.replaceAll('\u00a0', ' '))
    expect(who).toMatch(/^(?:you|AWS|no one|the )/)
    if (logLevel === 'error') expect(who).toMatch(/^(?:you|the app's developers)/)
    expect(fix.length).toBeGreaterThan(15)
  })

  const rules = read('docs/alerts.yaml')
  const alarms = templateNames
    .flatMap((name) => Object.entries(readTemplate(name).Resources))
    .filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm')
    .map(([name]) => name)
  const { groups } = parse(rules) as { groups: readonly { rules: readonly { alert: string }[] }[] }
  const alerts = groups.flatMap((group) => group.rules.map(({ alert }) => alert))

  it('the runbook lists exactly the alerts and alarms', () => {
    expect(alerts.length).toBeGreaterThan(10)
    const listed = rowsUnder('## From an alert').flatMap(([names]) => named(names))
    expect(listed.toSorted()).toEqual([...alerts, ...alarms].toSorted())
  })

  /** The section contains the fix. */
  it.each([
    ['SetupBroken', '#marketplace-denied'],
    ['SetupBroken', '#marketplace-disabled'],
    ['BuyerRefused', '#customer-mismatch'],
    ['BuyersRefused', '#store-unavailable'],
    ['BuyersRefused', '#service-busy'],
    ['DatabaseDown', '#store-unavailable'],
    ['CallsPileUp', '#service-busy'],
    ['DeliveryDead', '#dead-deliveries'],
    ['HandoffRefused', 'handoff.md#when-it-does-not-work'],
    ['EventsNotRead', 'subscriptions.md#events-that-are-not-read'],
    ['JobFailing', 'subscriptions.md#events-that-are-not-read'],
    ['EventsLeft', 'subscriptions.md#events-left-in-the-queue'],
    ['DeadLettersAlarm', 'subscriptions.md#events-left-in-the-queue'],
    ['PaidAndNeverLanded', 'subscriptions.md#paid-and-never-landed'],
    ['RegisteredAndEnded', 'subscriptions.md#registered-and-the-agreement-has-ended'],
  ])('the alert %s links directly to %s', (alert, target) => {
    const row = rowsUnder('## From an alert').find(([names]) => named(names).includes(alert))
    expect(linked(row?.at(-1) ?? '')).toContain(target)
  })

  const fields = Object.keys(subscriptionData(aSubscription()))

  it('the document about the webhook lists every type and every field of a subscription', () => {
    const webhook = read('docs/notifications.md')
    const rows = (webhook.split('\n## Types\n')[1] ?? '')
      .split('\n')
      .flatMap((line) => /^\| `(\S+)`/.exec(line)?.[1] ?? [])
    expect(rows.filter((type) => type !== 'type')).toEqual(notificationTypes)
    const [, example = '{}'] = /```json\n([\s\S]+?)```/.exec(webhook) ?? []
    const { type, data } = JSON.parse(example) as { type: string; data: { subscription: object } }
    expect(notificationTypes).toContain(type)
    expect(Object.keys(data.subscription)).toEqual(fields)
  })

  it('the runbook and the reference contain only existing metrics', async () => {
    const text = await createMetrics().registry.metrics()
    const there = new Set<unknown>(
      [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name).concat(readings.map(([name]) => name)),
    )
    const [beforeTables = '', afterTables = ''] = reference.split('\n## Tables\n')
    const [, ...rest] = afterTables.split('\n## ')
    const metrics = `${runbook}${beforeTables}${rest.join()}${rules}`.matchAll(
      /\b((?:landing|registration|registrations|failure|resolve_customer|store|rate_limit|nodejs|process|aws_events?|events|agreements|deliveries|job)_[a-z_]+)\b/g,
    )
    const missing = [...metrics]
      .map(([, name = '']) => name.replace(/_(bucket|count|sum)$/, ''))
      .filter((name) => !there.has(name))
    expect(missing).toEqual([])
  })

  const log = errorCodes.map((code) => `{"event":"registration.refused","code":"${code}"}\n`).join('')

  it.each(errorCodes)('the runbook has one query that finds the lines of %s', (code) => {
    const filters = [...runbook.matchAll(/jq -cR '([^']+CODE[^']+)'/g)].map(([, filter = '']) => filter)
    expect(filters).toHaveLength(1)
    expect(runbook.match(/filter code = "CODE"$/gm)).toHaveLength(1)
    const found = jq(['-cR', filters[0]?.replace('CODE', code) ?? ''], log)
    if (found !== null) expect(found).toBe(`{"event":"registration.refused","code":"${code}"}\n`)
  })

  it('the runbook has a query that counts failures by code', () => {
    const [, filter = ''] = /jq -rR '([^']+)'/.exec(runbook) ?? []
    const found = jq(['-rR', filter], log)
    if (found !== null)
      expect(
        found
          .trim()
          .split('\n')
          .map((line) => line.trim()),
      ).toEqual([...errorCodes])
  })
})

/** What jq prints; null where it is not installed. */
function jq(args: readonly string[], input: string): string | null {
  const { status, stdout, stderr, error } = spawnSync('jq', args, { input, encoding: 'utf8' })
  if (error !== undefined) return null
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}

/** The first query of "One buyer": the lines with this reference, of a registration or a request. */
const byReference = (lines: readonly Line[], reference: unknown) =>
  lines.filter((line) => line['reference'] === reference || line['requestId'] === reference)

/** The second query: all lines of that session, by the values from the first one, repeated while it finds new values. */
function wholeVisit(
  lines: readonly Line[],
  reference: unknown,
): { readonly visit: readonly Line[]; readonly followUps: number } {
  let visit = byReference(lines, reference)
  for (let followUps = 0; ; followUps += 1) {
    const known = (field: string) =>
      new Set<unknown>(visit.map((line) => line[field]).filter((value) => value !== undefined))
    const [registrations, tokens] = [known('registrationId'), known('tokenHash')]
    const found = lines.filter(
      (line) => visit.includes(line) || registrations.has(line['registrationId']) || tokens.has(line['tokenHash']),
    )
    if (found.length === visit.length) return { visit, followUps }
    visit = found
  }
}

describe('one buyer', () => {
  /** A session with many failures, among those of other buyers. */
  async function troubledVisit() {
    const broken = { recordLanding: 1, complete: 1, find: 1 }
    const made = await marketplaceApp({
      breakStore: (real) => ({
        recordLanding: (landing) =>
          landing.tokenHash === troubled.hash
            ? once('recordLanding', () => real.recordLanding(landing))
            : real.recordLanding(landing),
        complete: (id, completion) =>
          completion.contact.name === 'Troubled'
            ? once('complete', () => real.complete(id, completion))
            : real.complete(id, completion),
        find: (id) => (troubled.finding ? once('find', () => real.find(id)) : real.find(id)),
      }),
    })
    const troubled = { hash: '', finding: false }
    function once<T>(method: keyof typeof broken, work: () => Promise<T>): Promise<T> {
      broken[method] -= 1
      const cause = new Error('the database is away')
      return broken[method] === 0 ? Promise.reject(new AppError('store-unavailable', { cause })) : work()
    }
    const { app, log, simulator } = made
    const other = cookies(await land(app, simulator.issueToken('new-buyer').token))
    const { token, fields } = simulator.issueToken('new-buyer')
    troubled.hash = createHash('sha256').update(token).digest('hex')

    const failures: Response[] = [await land(app, token, fields)]
    const landed = await land(app, token, fields)
    const cookie = cookies(landed)
    await register(app, other)
    await open(app, '/registration', cookie)
    await register(app, cookie, { ...contact, email: '' })
    failures.push(await register(app, cookie, { ...contact, registration: 'another' }))
    failures.push(await register(app, cookie, { ...contact, name: 'Troubled' }))
    await register(app, cookie, { ...contact, name: 'Troubled' })
    troubled.finding = true
    failures.push(await open(app, '/registration/complete', cookie))
    const complete = await open(app, '/registration/complete', cookie)
    await open(app, '/registration/complete', other)
    expect(failures.map(({ text }) => page(text).name)).toEqual([
      'store-unavailable',
      'form-outdated',
      'store-unavailable',
      'store-unavailable',
    ])
    expect(complete.status).toBe(200)
    const ours = (line: Line) =>
      [...failures, landed, complete].some((answer) => answer.headers['x-request-id'] === line['requestId'])
    return { log, failures, complete, simulator, token, ours }
  }

  it('a reference from the last page or a failure page finds all log lines of the buyer', async () => {
    const { log, failures, complete, simulator, token, ours } = await troubledVisit()
    const last = page(complete.text).text.match(/\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}\b/)?.[0]
    const references = [last, ...failures.map(({ headers }) => headers['x-request-id'])]
    expect(new Set(references).size).toBe(5)
    const lines = log.lines()
    const visits = references.map((reference) => wholeVisit(lines, reference))
    // The last page needs the second query once. A failure page may also lead to an earlier attempt through the landing.
    expect(visits.map(({ followUps }) => followUps)).toEqual([1, 2, 2, 2, 2])
    const command = /jq -cRn --arg reference \S+ '([^']+)' app\.log/.exec(reference)?.[1] ?? ''
    for (const [at, { visit }] of visits.entries()) {
      const found = jq(['-cRn', '--arg', 'reference', references[at] ?? '', command], log.text())
      if (found !== null)
        expect(
          found
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as Line),
        ).toEqual(visit)
      expect(visit).toEqual(visits[0]?.visit)
      expect(visit.filter(ours).length).toBeGreaterThan(0)
      expect(lines.filter((line) => ours(line) && !visit.includes(line))).toEqual([])
      // Nine requests, four rejected requests, one landing and one completion, and no line of another buyer.
      expect(visit).toHaveLength(15)
      expect(visit.filter((line) => line['event'] === 'registration.landed')).toHaveLength(1)
      expect(visit.filter((line) => line['event'] === 'registration.completed')).toHaveLength(1)
      const awsRequestIds = visit.flatMap((line) =>
        typeof line['awsRequestId'] === 'string' ? [line['awsRequestId']] : [],
      )
      // The Try again form contains AWS's response, so two landings may come from one call.
      expect([...new Set(awsRequestIds)]).toEqual(simulator.calls.of(token).map(({ requestId }) => requestId))
    }
  })

  it('a reference from a failure page finds the log lines before anything was stored', async () => {
    const { app, log, simulator } = await marketplaceApp()
    const { token } = simulator.issueToken('access-denied')
    const answer = await land(app, token)
    await land(app, simulator.issueToken('expired').token)
    const { visit } = wholeVisit(log.lines(), answer.headers['x-request-id'])
    expect(visit.map((line) => line['msg'])).toEqual(['refused: marketplace-denied', 'request'])
    expect(visit[0]).toMatchObject({
      awsRequestId: simulator.calls.of(token)[0]?.requestId,
      code: 'marketplace-denied',
    })
    expect(visit[1]).toMatchObject({ code: 'marketplace-denied', status: 500, tokenHash: visit[0]?.['tokenHash'] })
  })

  it('an internal failure is logged with the registration', async () => {
    const { app, log, simulator } = await marketplaceApp({
      breakStore: () => ({ complete: () => Promise.reject(new TypeError('a mistake in the code')) }),
    })
    const cookie = cookies(await land(app, simulator.issueToken('new-buyer').token))
    expect((await register(app, cookie)).status).toBe(500)
    const [landed] = log.events('registration.landed')
    const [refused] = log.events('registration.refused')
    expect(refused).toMatchObject({ code: 'internal', registrationId: landed?.['registrationId'] })
    expect(JSON.stringify(refused)).toContain('a mistake in the code')
  })

  it('a failure page never shows facts of the log', async () => {
    const { app } = await marketplaceApp()
    const answer = await land(app, 'x', { [tokenField]: '' })
    expect(answer.text).not.toMatch(/tokenHash|registrationId/)
  })
})

describe('the dry check', () => {
  it.each(['token-invalid', 'token-expired'] as const)('the log checker accepts %s', async (code) => {
    expect(await probe(failsWith(code))).toBeNull()
  })

  it('the log checker accepts any response and returns any other failure', async () => {
    expect(await probe(resolvesTo(aCustomer()))).toBeNull()
    expect((await probe(failsWith('marketplace-denied')))?.code).toBe('marketplace-denied')
    expect((await probe(() => Promise.reject(new TypeError('x'))))?.code).toBe('internal')
  })
})
