import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Router } from 'express'
import { overdueLimits } from '../../domain/access.ts'
import type { ConsoleLists } from '../../domain/console-lists.ts'
import type { Products } from '../../domain/product.ts'
import { methodNotAllowed } from '../errors/error-handler.ts'
import { chartSince } from './chart.ts'
import { csvOf, hasGoneAway, positionAfter } from './csv.ts'
import { agreementRow, listPage, registrationRow } from './list-page.ts'
import { cursorOf, listHref, parseListQuery, positionOf, type ListQuery } from './list-query.ts'
import { sendConsolePage } from './page.ts'
import { userOf } from './user.ts'

const pageSize = 50

type ListRoutesDeps = {
  readonly lists: ConsoleLists
  readonly products: Products
  readonly followsSubscriptions: boolean
  readonly now: () => Date
}

/** The lists as pages and as CSV. */
export function listRoutes({ lists, products, followsSubscriptions, now }: ListRoutesDeps): Router {
  const router = Router()

  router.get('/', async (req, res) => {
    const query = parseListQuery(req.query, products)
    const at = now()
    const page = query.list === 'unregistered' ? await agreements(query) : await registrations(query, at)
    // A search in all lists includes the agreements without a registration, after the first registrations.
    const isInAll = query.list === 'all' && query.term !== null && query.after === ''
    const others = isInAll ? (await agreements(query)).rows : []
    const figures = query.term === null && query.after === '' ? await figuresOf(query, at) : null
    sendConsolePage(
      res,
      listPage({ query, figures, followsSubscriptions, ...page, rows: [...page.rows, ...others] }, products, at),
    )
  })
  router.all('/', methodNotAllowed('GET, HEAD'))

  router.get('/export.csv', async (req, res) => {
    const query = parseListQuery(req.query, products)
    const at = now()
    const chunks = csvOf(query, { lists, products, now: at })
    // A failure of the database results in a failure page if nothing was sent yet.
    const first = await chunks.next()
    const { actor } = userOf(res)
    req.log.info({ event: 'console.action', actor, action: 'export', list: query.list }, 'list exported')
    const name = `registrations-${query.list}-${at.toISOString().slice(0, 10)}.csv`
    res.set({
      'Content-Type': 'text/csv; charset=utf-8; header=present',
      'Content-Disposition': `attachment; filename="${name}"`,
    })
    const rest = async function* () {
      if (first.done !== true) yield first.value
      yield* chunks
    }
    await pipeline(Readable.from(rest()), res).catch((error: unknown) => {
      if (!hasGoneAway(error)) throw error
    })
  })
  router.all('/export.csv', methodNotAllowed('GET, HEAD'))
  return router

  async function figuresOf(query: ListQuery, at: Date) {
    const counts = await lists.count(query, overdueLimits(products, at))
    return { counts, days: await lists.days(query, chartSince(at)) }
  }

  async function registrations(query: ListQuery, at: Date) {
    const list = query.list === 'unregistered' ? 'all' : query.list
    const found = await lists.list(
      { ...query, list, overdueLimits: overdueLimits(products, at) },
      { after: positionOf(query.after), limit: pageSize + 1 },
    )
    const shown = found.slice(0, pageSize)
    const last = shown.at(-1)
    return {
      rows: shown.map((registration) => registrationRow(registration, products, at)),
      next:
        found.length > shown.length && last !== undefined
          ? listHref(query, { after: cursorOf(positionAfter(last, list, { products, now: at })) })
          : null,
    }
  }

  async function agreements(query: ListQuery) {
    const found = await lists.unregistered(query, { after: positionOf(query.after), limit: pageSize + 1 })
    const shown = found.slice(0, pageSize)
    const last = shown.at(-1)
    return {
      rows: shown.map(agreementRow),
      next:
        found.length > shown.length && last !== undefined
          ? listHref(query, { after: cursorOf({ at: last.since, id: last.agreementId }) })
          : null,
    }
  }
}
