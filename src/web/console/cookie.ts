import type { Request, Response } from 'express'

/** The console's own cookie. It holds a random id and nothing else. */
export type ConsoleCookie = {
  /** Null where there is none, or one that we did not make. */
  readonly read: (req: Request) => string | null
  readonly set: (res: Response, id: string) => void
  readonly clear: (res: Response) => void
}

export function consoleCookie({ secure }: { readonly secure: boolean }): ConsoleCookie {
  // With the prefix, no other host of the same domain can set it. Browsers accept the prefix only over https.
  const name = secure ? '__Host-console' : 'console'
  const attributes = { httpOnly: true, secure, sameSite: 'lax', path: '/' } as const
  return {
    read: (req) => {
      const cookies = (req.get('Cookie') ?? '').split(';').map((cookie) => cookie.trim())
      const id = cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1) ?? ''
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
