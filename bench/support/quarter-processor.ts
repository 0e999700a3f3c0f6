import { setTimeout as pause } from 'node:timers/promises'

/**
 * Lets a process run for a quarter of each tenth of a second, as the smallest task of Fargate may at most. Harder than life, where what
 * was not used is not lost. Resolves when the process has ended.
 */
export async function holdToAQuarter(pid: number): Promise<void> {
  try {
    for (;;) {
      process.kill(pid, 'SIGCONT')
      await pause(25)
      process.kill(pid, 'SIGSTOP')
      await pause(75)
    }
  } catch {
    // There is no such process any more.
  }
}
