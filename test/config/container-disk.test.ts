import { expect, it } from 'vitest'
import { isOnContainerDisk } from '../../src/config/container-disk.ts'

it.each<[Record<string, string>, string]>([
  [{ ECS_CONTAINER_METADATA_URI_V4: 'http://169.254.170.2/v4/x' }, ''],
  [{ KUBERNETES_SERVICE_HOST: '10.0.0.1', DATABASE_URL: ' ' }, ''],
  [{}, '/.dockerenv'],
  [{}, '/run/.containerenv'],
])('without DATABASE_URL, registrations are on the disk of the container: %o %s', (env, there) => {
  expect(isOnContainerDisk(env, (file) => file === there)).toBe(true)
})

it('outside a container, or with DATABASE_URL, registrations are not on a container disk', () => {
  expect(isOnContainerDisk({}, () => false)).toBe(false)
  const env = { DATABASE_URL: 'sqlite:/data/landing.db', KUBERNETES_SERVICE_HOST: '10.0.0.1' }
  expect(isOnContainerDisk(env, () => true)).toBe(false)
})
