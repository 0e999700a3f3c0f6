/** What a check found. A `warning` does not make the doctor fail; `skipped` could not be checked or does not apply. */
export type Finding = {
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped'
  /** What was checked and found, in one line. Never a secret. */
  readonly found: string
  /** What to change: each entry is one change, and counts as one fault or warning. */
  readonly fixes: readonly string[]
}

export type Check = Finding & { readonly name: string }

export function ok(found: string): Finding {
  return { status: 'ok', found, fixes: [] }
}

export function skipped(found: string): Finding {
  return { status: 'skipped', found, fixes: [] }
}

export function warning(found: string, ...fixes: readonly string[]): Finding {
  return { status: 'warning', found, fixes }
}

export function failed(found: string, ...fixes: readonly string[]): Finding {
  return { status: 'failed', found, fixes }
}
