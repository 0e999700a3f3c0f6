import { existsSync } from 'node:fs'
import { givenIn, type Environment } from './environment.ts'

const variables = ['ECS_CONTAINER_METADATA_URI_V4', 'ECS_CONTAINER_METADATA_URI', 'KUBERNETES_SERVICE_HOST']
/** Docker and Podman create these files in each container. */
const files = ['/.dockerenv', '/run/.containerenv']

/**
 * True if registrations are stored on the disk of a container because no database is configured. `exists` returns true for a file
 * that exists.
 */
export function isOnContainerDisk(env: Environment, exists: (file: string) => boolean = existsSync): boolean {
  const given = givenIn(env)
  if (given['DATABASE_URL'] !== undefined) return false
  return variables.some((name) => given[name] !== undefined) || files.some(exists)
}

export const containerDiskHint =
  'Set DATABASE_URL to PostgreSQL, or to sqlite:PATH on a volume: without it, registrations are stored on the disk of this container, ' +
  'which may vanish with it.'
