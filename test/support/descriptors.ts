import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'

/** Prevents a process from opening more files until the limit is raised again. Linux only. */
export function exhaustDescriptors(pid: number): () => void {
  const open = new Set(readdirSync(`/proc/${String(pid)}/fd`).map(Number))
  let firstFree = 0
  while (open.has(firstFree)) firstFree += 1
  limit(pid, firstFree)
  return () => {
    limit(pid, 1024)
  }
}

function limit(pid: number, files: number): void {
  execFileSync('prlimit', ['--pid', String(pid), `--nofile=${String(files)}:4096`])
}
