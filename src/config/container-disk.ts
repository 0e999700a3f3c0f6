import { existsSync } from 'node:fs'
import { givenIn, type Environment } from './environment.ts'

const variables = ['ECS_CONTAINER_METADATA_URI_V4', 'ECS_CONTAINER_METADATA_URI', 'KUBERNETES_SERVICE_HOST']
/** Made by Docker and by Podman in each container. */
const files = ['/.dockerenv', '/run/.containerenv']

/**
 * Whether registrations are stored on a disk that may vanish with its container, because no database is configured. `exists` tells
 * whether there is a file.
 */
export function isOnContainerDisk(env: Environment, exists: (file: string) => boolean = existsSync): boolean {
  const given = givenIn(env)
  if (given['DATABASE_URL'] !== undefined) return false
  return variables.some((name) => given[name] !== undefined) || files.some(exists)
}

export const containerDiskHint =
  'Set DATABASE_URL to PostgreSQL, or to sqlite:PATH on a volume: without it, registrations are stored on the disk of this container, ' +
  'which may vanish with it.'
