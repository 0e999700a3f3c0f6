import type { Request } from 'express'

/** The value of a cookie of the request; undefined if it has none of this name. */
export function cookieOf(req: Request, name: string): string | undefined {
  const cookies = (req.get('Cookie') ?? '').split(';').map((cookie) => cookie.trim())
  return cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1)
}
