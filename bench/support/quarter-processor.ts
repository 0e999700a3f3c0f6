import { setTimeout as pause } from 'node:timers/promises'

/**
 * Lets a process run for 25 ms of every 100 ms, like the smallest Fargate task (0.25 vCPU). Stricter than Fargate, where unused
 * time can be used later. Resolves when the process has ended.
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
    // The process has ended.
  }
}
