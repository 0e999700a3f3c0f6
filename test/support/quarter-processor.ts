import type { ChildProcess } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * Lets a process run for a quarter of each tenth of a second, as the smallest task of Fargate may at most. Harder than life, where what
 * was not used is not lost. Resolves when the process has ended.
 */
export async function holdToAQuarter(child: ChildProcess): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGCONT')
    await pause(25)
    child.kill('SIGSTOP')
    await pause(75)
  }
}
