import { AppError } from '../errors.ts'
import { hints } from './hints.ts'

export type Page<T> = { readonly items: readonly T[]; readonly nextToken: string | null | undefined }

/** The pages of a result. An empty page need not be the last one. Throws if there are more than `maxPages`. */
export async function* pagesOf<T>(
  maxPages: number,
  read: (nextToken: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<readonly T[], void> {
  let nextToken: string | undefined
  for (let count = 0; count < maxPages; count += 1) {
    const page = await read(nextToken)
    yield page.items
    if (!page.nextToken) return
    nextToken = page.nextToken
  }
  throw new AppError('internal', {
    cause: new Error(`AWS returned more than ${String(maxPages)} pages`),
    hint: hints.tooManyPages,
  })
}

/** The items of all pages. */
export async function itemsOf<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const items: T[] = []
  for await (const page of pages) items.push(...page)
  return items
}
