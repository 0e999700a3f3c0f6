import { statfsSync } from 'node:fs'
import { containerDiskHint, isOnContainerDisk } from '../../config/container-disk.ts'
import { nearestFolder } from '../../store/state.ts'
import { failed, ok, skipped, warning, type Finding } from './finding.ts'
import type { Setup } from './setup.ts'

const megabyte = 1024 * 1024
const tooLittle = 100 * megabyte
const little = 1024 * megabyte

/** File system types, with the numbers from statfs(2). */
const types = { network: [0x6969, 0xff534d42, 0x517b, 0x65735546], memory: [0x01021994, 0x858458f6] } as const

/** Checks the disk with the SQLite file. */
export function checkDisk({ env, config: { database } }: Pick<Setup, 'env' | 'config'>): Finding {
  if (database.engine === 'postgres') return skipped('DATABASE_URL is PostgreSQL, which has a disk of its own')
  if (isOnContainerDisk(env)) return warning('DATABASE_URL is not set, in a container', containerDiskHint)
  const { type, bavail, bsize } = statfsSync(nearestFolder(database.path))
  const free = bavail * bsize
  const found = `${String(Math.floor(free / megabyte))} MB free for ${database.path}`
  if (free < tooLittle) return failed(found, 'Free or add disk space: when it is full, no buyer can register.')
  if (types.memory.some((number) => number === type))
    return warning(`${found}, in memory`, 'Store it on a disk: this file system is lost when the machine restarts.')
  if (types.network.some((number) => number === type))
    return warning(`${found}, over a network`, 'Store it on a local disk: SQLite can damage a file on a network drive.')
  return free < little ? warning(found, 'Free or add disk space.') : ok(found)
}
