import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a drill has started. All of it is ended in reverse order, whatever happens. */
export type Stage = {
  /** A temporary folder, gone when the stage is closed. */
  readonly folder: string
  readonly atEnd: (end: () => unknown) => void
  readonly close: () => Promise<void>
}

const open = new Set<Stage>()

export function openStage(): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'drill-'))
  const ends: (() => unknown)[] = [
    () => {
      rmSync(folder, { recursive: true, force: true })
    },
  ]
  let closing: Promise<void> | null = null
  const close = async (): Promise<void> => {
    for (let end = ends.pop(); end; end = ends.pop()) {
      await Promise.resolve(end()).catch((error: unknown) => {
        process.stderr.write(`Could not end something: ${String(error)}\n`)
      })
    }
    open.delete(stage)
  }
  const stage: Stage = {
    folder,
    atEnd: (end) => {
      // What is started while everything ends is ended too.
      if (closing === null) ends.push(end)
      else void end()
    },
    close: () => (closing ??= close()),
  }
  open.add(stage)
  return stage
}

/** For a signal: the newest stage first, for it stands on the older ones. */
export async function closeAllStages(): Promise<void> {
  for (const stage of [...open].reverse()) await stage.close()
}
