import type { Counts, Day, ListedAgreement, ListedRegistration } from '../../domain/console-lists.ts'
import { licenseIdOf } from '../../domain/license.ts'
import type { Products } from '../../domain/product.ts'
import { chartModel } from './chart.ts'
import { listHref, type ListName, type ListQuery } from './list-query.ts'
import type { ConsolePage } from './page.ts'
import { consolePaths, registrationPath } from './paths.ts'
import { standingOf } from './standing.ts'
import { when } from './words.ts'

const lists = {
  waiting: { text: 'Waiting', none: 'No buyer waits for access.' },
  unfinished: { text: 'Did not finish', none: 'Every buyer who landed has registered.' },
  unregistered: { text: 'Paid, never landed', none: 'Every buyer with an active agreement has landed.' },
  ended: { text: 'Ended', none: 'No subscription of a registration has ended.' },
  all: { text: 'All', none: 'Nobody has landed yet.' },
} as const satisfies Record<ListName, object>

const order = ['waiting', 'unfinished', 'unregistered', 'ended', 'all'] as const satisfies readonly ListName[]

type ListPageInput = {
  readonly query: ListQuery
  /** Null if a search or a later page hides the figures. */
  readonly figures: { readonly counts: Counts; readonly days: readonly Day[] } | null
  readonly rows: readonly Row[]
  /** The URL of the next page; null on the last one. */
  readonly next: string | null
  readonly followsSubscriptions: boolean
}

type Row = {
  readonly href: string | null
  readonly title: string
  readonly lines: readonly string[]
  readonly standing: ReturnType<typeof standingOf> | null
}

export function registrationRow(registration: ListedRegistration, products: Products, now: Date): Row {
  const { reference, contact, awsAccountId, productCode } = registration
  const product = products.find(productCode)?.productName ?? `Product ${productCode}`
  return {
    href: registrationPath(reference),
    title: contact?.company ?? `AWS account ${awsAccountId}`,
    lines: [
      ...(contact === null ? [] : [`${contact.name}, ${contact.email}`]),
      `${product} · AWS account ${awsAccountId} · ${reference}`,
    ],
    standing: standingOf(registration, products, now),
  }
}

export function agreementRow({ agreementId, awsAccountId, licenseArn, productId, since }: ListedAgreement): Row {
  const license = licenseArn === null ? null : licenseIdOf(licenseArn)
  return {
    href: null,
    title: `AWS account ${awsAccountId ?? 'unknown'}`,
    lines: [
      `Agreement ${agreementId}`,
      [license === null ? null : `License ${license}`, productId].filter((part) => part !== null).join(' · '),
      `Since ${when(since).text}`,
    ],
    standing: null,
  }
}

export function listPage(
  { query, figures, rows, next, followsSubscriptions }: ListPageInput,
  products: Products,
  now: Date,
): ConsolePage {
  const { list, product, typed, after } = query
  const counted = figures === null ? null : { ...figures.counts, all: figures.counts.landed }
  return {
    name: 'console-list',
    status: 200,
    template: 'list',
    model: {
      title: 'Registrations',
      figures: figures === null ? null : { tiles: tiles(figures.counts), chart: chartModel(figures.days, now) },
      tabs: order.map((name) => ({
        text: lists[name].text,
        count: counted?.[name] ?? null,
        href: listHref({ ...query, list: name }),
        isCurrent: name === list,
      })),
      search: {
        action: consolePaths.home,
        list,
        typed,
        products: products.all.flatMap(({ key, productName }) =>
          key === null ? [] : [{ key, text: productName ?? key, isChosen: key === product }],
        ),
        clear: typed === '' && product === null ? null : listHref({ list, product: null, typed: '' }),
      },
      listName: lists[list].text,
      rows,
      none: typed === '' ? noneIn(list, followsSubscriptions) : noneFound(query),
      elsewhere: typed === '' || list === 'all' || rows.length > 0 ? null : listHref({ ...query, list: 'all' }),
      first: after === '' ? null : listHref(query),
      next,
      csv: rows.length === 0 ? null : listHref(query, { path: consolePaths.csv }),
    },
  }
}

function noneFound({ list, typed, term }: ListQuery): string {
  const reference = term?.reference ?? null
  if (list !== 'all' || reference === null) return `Nothing in this list matches “${typed}”.`
  return (
    `No registration has the reference ${reference}. The reference on a failure page is only in the log: see ` +
    'docs/reference.md, “One buyer”.'
  )
}

function noneIn(list: ListName, followsSubscriptions: boolean): string {
  if (followsSubscriptions || (list !== 'unregistered' && list !== 'ended')) return lists[list].none
  return 'Subscriptions are not followed, so nothing is known here. Set EVENTS_QUEUE_URL or product ids (docs/subscriptions.md).'
}

function tiles({ landed, registered, ready, waiting, overdue }: Counts) {
  return [
    { text: 'Landed', count: landed, tone: null },
    { text: 'Registered', count: registered, tone: null },
    { text: 'Ready', count: ready, tone: null },
    { text: 'Waiting', count: waiting, tone: null },
    { text: 'Overdue', count: overdue, tone: overdue > 0 ? 'overdue' : null },
  ]
}
