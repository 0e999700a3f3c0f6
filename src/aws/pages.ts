import { AppError } from '../errors.ts'
import { hints } from './hints.ts'

export type Page<T> = { readonly items: readonly T[]; readonly nextToken: string | null | undefined }

/** Everything that AWS answers page by page; a page may be empty and yet not the last. Rejects when there are more pages than that. */
export async function allPages<T>(
  maxPages: number,
  read: (nextToken: string | undefined) => Promise<Page<T>>,
): Promise<readonly T[]> {
  const all: T[] = []
  let nextToken: string | undefined
  for (let count = 0; count < maxPages; count += 1) {
    const page = await read(nextToken)
    all.push(...page.items)
    if (!page.nextToken) return all
    nextToken = page.nextToken
  }
  throw new AppError('internal', {
    cause: new Error(`AWS has more than ${String(maxPages)} pages`),
    hint: hints.tooManyPages,
  })
}
