import { expect, it } from 'vitest'
import { containerOf } from '../../src/config/container.ts'
import { warnOfVanishingDisk } from '../../src/main/vanishing-disk.ts'
import { captureLog } from '../support/logs.ts'

const ecs = { ECS_CONTAINER_METADATA_URI_V4: 'http://169.254.170.2/v4/0b54' }

it.each([
  ['ECS', ecs, []],
  ['Kubernetes', { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, []],
  ['Docker', {}, ['/.dockerenv']],
  ['Podman', {}, ['/run/.containerenv']],
  [null, {}, []],
])('recognizes a container of %s by its mark', (container, env, files: readonly string[]) => {
  expect(containerOf(env, (path) => files.includes(path))).toBe(container)
})

it('the start log warns of a container without DATABASE_URL, and of no other', () => {
  const log = captureLog()
  warnOfVanishingDisk({ ...ecs, DATABASE_URL: 'sqlite:/data/landing.db' }, log.logger)
  expect(log.lines()).toEqual([])
  warnOfVanishingDisk({ ...ecs, DATABASE_URL: '' }, log.logger)
  expect(log.lines()).toMatchObject([
    {
      ...{ level: 40, container: 'ECS', msg: 'registrations are stored on the disk of a container' },
      hint: expect.stringMatching(/^Set DATABASE_URL to a PostgreSQL database/) as string,
    },
  ])
})
