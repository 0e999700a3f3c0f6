/** A `warning` does not make the doctor fail. `skipped` could not be checked, or does not apply. */
export type Check = {
  readonly name: string
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped'
  /** What was found, in one line. Never a secret. */
  readonly found: string
  /** What to change, where there is something to change. */
  readonly hint: string | null
}

export function ok(name: string, found: string): Check {
  return { name, status: 'ok', found, hint: null }
}

export function skipped(name: string, found: string): Check {
  return { name, status: 'skipped', found, hint: null }
}

export function warning(name: string, found: string, hint: string): Check {
  return { name, status: 'warning', found, hint }
}

export function failed(name: string, found: string, hint: string): Check {
  return { name, status: 'failed', found, hint }
}
