import { readdirSync, readFileSync } from 'node:fs'

/** Linux reports processor time in units of 10 ms. */
const msPerTick = 10

type Stat = { readonly parent: number; readonly cpuMs: number }

/** The processor time of a process, in milliseconds. */
export function processorMs(pid: number): number {
  return statOf(pid)?.cpuMs ?? 0
}

/** The processor time of a process and its children, including ended ones, in milliseconds. */
export function familyProcessorMs(pid: number): number {
  const others = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const children = others.flatMap((name) => statOf(Number(name)) ?? []).filter(({ parent }) => parent === pid)
  return [statOf(pid, 'with ended children') ?? { cpuMs: 0 }, ...children].reduce((sum, { cpuMs }) => sum + cpuMs, 0)
}

/** Null for a process that has ended. Source: proc(5), `/proc/pid/stat`. */
function statOf(pid: number, what: 'alone' | 'with ended children' = 'alone'): Stat | null {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
    // The name in parentheses may contain spaces.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15)
    const ended = what === 'alone' ? 0 : endedUser + endedSystem
    return { parent: fields[1] ?? 0, cpuMs: (user + system + ended) * msPerTick }
  } catch {
    return null
  }
}
