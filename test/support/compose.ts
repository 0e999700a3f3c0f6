import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { deployFolder } from './template.ts'

type Service = {
  readonly image: string
  readonly environment?: Readonly<Record<string, string>>
  readonly volumes?: readonly string[]
  readonly build?: unknown
}

/** The compose example, its anchors merged. */
export const compose = parse(readFileSync(join(deployFolder, 'compose.yaml'), 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>
}

export const composedEnvironment = (service: string) => compose.services[service]?.environment ?? {}
