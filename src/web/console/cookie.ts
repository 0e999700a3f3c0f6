import type { Request, Response } from 'express'
import { cookieOf } from '../cookies.ts'

/** The console's cookie. It contains only a random id. */
export type ConsoleCookie = {
  /** Null if there is none, or if it does not have our format. */
  readonly read: (req: Request) => string | null
  readonly set: (res: Response, id: string) => void
  readonly clear: (res: Response) => void
}

export function consoleCookie({ secure }: { readonly secure: boolean }): ConsoleCookie {
  // The prefix prevents other hosts of the same domain from setting it. Browsers accept the prefix only over https.
  const name = secure ? '__Host-console' : 'console'
  const attributes = { httpOnly: true, secure, sameSite: 'lax', path: '/' } as const
  return {
    read: (req) => {
      const id = cookieOf(req, name) ?? ''
      return /^[\w-]{43}$/.test(id) ? id : null
    },
    set: (res, id) => {
      res.cookie(name, id, attributes)
    },
    clear: (res) => {
      res.clearCookie(name, attributes)
    },
  }
}
