import type { Logger } from 'pino'
import { containerOf, vanishingDisk } from '../config/container.ts'
import { givenIn, type Environment } from '../config/environment.ts'

/** Warns when registrations are stored on the disk of a container because nobody chose a database. */
export function warnOfVanishingDisk(env: Environment, logger: Pick<Logger, 'warn'>): void {
  const container = containerOf(env)
  if (container === null || givenIn(env)['DATABASE_URL'] !== undefined) return
  logger.warn({ container, hint: vanishingDisk }, 'registrations are stored on the disk of a container')
}
