/** An opaque token for the page with this number. */
export function pageToken(page: number): string {
  return Buffer.from(`page ${page.toString()}`).toString('base64url')
}

/** Null is the first page. Throws the error that `makeError` returns for an unknown token. */
export function pageNumber(token: string | null, makeError: (message: string) => Error): number {
  if (token === null || token === '') return 0
  const [, page] = /^page (\d{1,6})$/.exec(Buffer.from(token, 'base64url').toString()) ?? []
  if (page === undefined) throw makeError('The next token is invalid.')
  return Number(page)
}
