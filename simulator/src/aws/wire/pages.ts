/** An opaque token for the page with this number. */
export function pageToken(page: number): string {
  return Buffer.from(`page ${page.toString()}`).toString('base64url')
}

/** Null is the first page. Throws what `refusal` returns for an unknown token. */
export function pageNumber(token: string | null, refusal: (message: string) => Error): number {
  if (token === null || token === '') return 0
  const [, page] = /^page (\d{1,6})$/.exec(Buffer.from(token, 'base64url').toString()) ?? []
  if (page === undefined) throw refusal('The next token is invalid.')
  return Number(page)
}
