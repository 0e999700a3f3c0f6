import { setImmediate as nextTurn } from 'node:timers/promises'
import { overdueLimits } from '../../domain/access.ts'
import type { ConsoleLists, ConsolePosition, ListedRegistration, RegistrationList } from '../../domain/console-lists.ts'
import { registrationData } from '../../domain/notification.ts'
import type { Products } from '../../domain/product.ts'
import { csvHeader, csvLine, csvLines } from '../../domain/registration-csv.ts'
import type { ListQuery } from './list-query.ts'
import { dueOf } from './standing.ts'

/**
 * Small, so that concurrent buyers wait a few milliseconds at most. After each chunk, other requests get a turn of the event loop,
 * which SQLite's synchronous reads would otherwise hold until the end of the list.
 */
const chunkSize = 500

type CsvDeps = { readonly lists: ConsoleLists; readonly products: Products; readonly now: Date }

/** Streams the whole list as CSV, because it may not fit into memory. */
export async function* csvOf(query: ListQuery, deps: CsvDeps): AsyncGenerator<string, undefined> {
  const { list } = query
  if (list === 'unregistered') {
    yield* agreementsCsv(query, deps)
    return
  }
  // Read the list twice, because the header contains the names of all answers.
  const fields = new Set<string>()
  for await (const chunk of chunksOf({ ...query, list }, deps))
    for (const registration of chunk) for (const name of Object.keys(registration.fields)) fields.add(name)
  const names = [...fields]
  yield csvHeader(names)
  for await (const chunk of chunksOf({ ...query, list }, deps))
    yield csvLines(
      chunk.map((registration) => registrationData(registration, deps.products)),
      names,
    )
}

/** The position of a registration in its list. */
export function positionAfter(
  registration: ListedRegistration,
  list: RegistrationList,
  { products, now }: Pick<CsvDeps, 'products' | 'now'>,
): ConsolePosition {
  const { id, registeredAt, landedAt } = registration
  const due = dueOf(registration, products)
  const part = due !== null && due <= now ? 'overdue' : 'later'
  return { part, at: list === 'waiting' && registeredAt !== null ? registeredAt : landedAt, id }
}

async function* chunksOf(
  input: ListQuery & { readonly list: RegistrationList },
  { lists, products, now }: CsvDeps,
): AsyncGenerator<readonly ListedRegistration[], undefined> {
  const limits = overdueLimits(products, now)
  for (let after: ConsolePosition | null = null; ;) {
    const chunk: readonly ListedRegistration[] = await lists.list(
      { ...input, overdueLimits: limits },
      { after, limit: chunkSize },
    )
    yield chunk
    const last = chunk.at(-1)
    if (last === undefined || chunk.length < chunkSize) return
    after = positionAfter(last, input.list, { products, now })
    await nextTurn()
  }
}

async function* agreementsCsv(query: ListQuery, { lists }: CsvDeps): AsyncGenerator<string, undefined> {
  yield csvLine(['agreement_id', 'aws_account_id', 'license_arn', 'product_id'])
  for (let after: { readonly at: Date; readonly id: string } | null = null; ;) {
    const chunk = await lists.unregistered(query, { after, limit: chunkSize })
    yield chunk
      .map(({ agreementId, awsAccountId, licenseArn, productId }) =>
        csvLine([agreementId, awsAccountId, licenseArn, productId]),
      )
      .join('')
    const last = chunk.at(-1)
    if (last === undefined || chunk.length < chunkSize) return
    after = { at: last.since, id: last.agreementId }
    await nextTurn()
  }
}

/** True if the browser has closed the connection. */
export function hasGoneAway(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE'
}
