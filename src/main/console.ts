import type { RequestHandler } from 'express'
import type { ConsoleAccess } from '../config/console.ts'
import { requireThisMachine } from '../web/console/open.ts'

/** What admits people to the console. Null when it is off. */
export function consoleGuard(access: ConsoleAccess | null): RequestHandler | null {
  switch (access?.kind) {
    case undefined:
      return null
    case 'open':
      return requireThisMachine
  }
}
