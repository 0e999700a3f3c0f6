import type { Response } from 'express'
import { AppError } from '../../errors.ts'

/** The user of the console. */
type ConsoleUser = {
  /** For events and the log: the person's address, or `console` without sign-in. */
  readonly actor: string
  /** False without sign-in. */
  readonly canSignOut: boolean
}

const users = new WeakMap<Response, ConsoleUser>()

/** The guard calls this when it admits the request. */
export function setUser(res: Response, user: ConsoleUser): void {
  users.set(res, user)
}

/** Null if nobody was admitted. */
export function knownUser(res: Response): ConsoleUser | null {
  return users.get(res) ?? null
}

/** The user whom the guard admitted. */
export function userOf(res: Response): ConsoleUser {
  const user = users.get(res)
  if (user === undefined) throw new AppError('internal', { cause: new Error('no user was set') })
  return user
}
