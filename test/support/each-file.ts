import { afterAll, vi } from 'vitest'
import { removeTemporaryFolders } from './temporary-folder.ts'

// Test files follow each other in one process, so that each need not load everything again: they leave it as they found it.
const environment = { ...process.env }

afterAll(() => {
  removeTemporaryFolders()
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  for (const name of Object.keys(process.env)) if (!(name in environment)) Reflect.deleteProperty(process.env, name)
  Object.assign(process.env, environment)
})
