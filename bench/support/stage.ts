import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres, type Postgres } from '../../test/support/postgres.ts'
import { startProgram, type Program, type ProgramOptions } from '../../test/support/program.ts'

/** The processes and files of a drill or a measurement. They are always ended in reverse order. */
export type Stage = {
  /** A temporary folder that is deleted when the stage is closed. */
  readonly folder: string
  readonly atEnd: (end: () => unknown) => void
}

const ends: (() => unknown)[] = []

/** Runs work on a new stage and then closes it. Only one stage is open at a time. */
export async function onStage<T>(work: (stage: Stage) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'landing-bench-'))
  ends.push(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  try {
    return await work({ folder, atEnd: (end) => ends.push(end) })
  } finally {
    await endAll()
  }
}

async function endAll(): Promise<void> {
  for (let end = ends.pop(); end; end = ends.pop()) await end()
}

// Also end all processes and delete all files on Ctrl+C.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => void endAll().finally(() => process.exit(130)))

/** Runs a program until it ends or the stage is closed. */
export function runOn(stage: Stage, options: ProgramOptions): Program {
  const program = startProgram(options)
  stage.atEnd(async () => {
    program.child.kill('SIGKILL')
    await program.ended
  })
  return program
}

/** Starts PostgreSQL with `fsync`, so that a committed transaction is on disk. */
export async function postgresOn(stage: Stage): Promise<Postgres> {
  const postgres = await startPostgres(['fsync=on'])
  stage.atEnd(postgres.remove)
  return postgres
}
