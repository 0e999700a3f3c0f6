/** `warning` is worth a look and no reason to fail; `skipped` could not be looked at, or does not apply. */
export type Check = {
  readonly name: string
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped'
  /** What was found, in one line. Never a secret. */
  readonly found: string
  /** What to change, where there is something to change. */
  readonly cure: string | null
}

export function ok(name: string, found: string): Check {
  return { name, status: 'ok', found, cure: null }
}

export function skipped(name: string, found: string): Check {
  return { name, status: 'skipped', found, cure: null }
}

export function warning(name: string, found: string, cure: string): Check {
  return { name, status: 'warning', found, cure }
}

export function failed(name: string, found: string, cure: string): Check {
  return { name, status: 'failed', found, cure }
}
