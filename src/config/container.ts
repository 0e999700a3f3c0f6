import { existsSync } from 'node:fs'
import type { Environment } from './environment.ts'

/** The kind of container that this process runs in, by the marks that each leaves; null outside of one. */
export function containerOf(env: Environment, exists: (path: string) => boolean = existsSync): string | null {
  if (env['ECS_CONTAINER_METADATA_URI_V4']) return 'ECS'
  if (env['KUBERNETES_SERVICE_HOST']) return 'Kubernetes'
  if (exists('/.dockerenv')) return 'Docker'
  return exists('/run/.containerenv') ? 'Podman' : null
}

/** What to change where a container stores registrations without `DATABASE_URL`. */
export const vanishingDisk =
  "Set DATABASE_URL to a PostgreSQL database, or to a SQLite file on a volume that outlives the container (sqlite:/data/landing.db). Without it, registrations are in data/landing.db on the container's own disk, and may vanish with it."
