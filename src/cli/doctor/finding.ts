/** The result of a check. With a `warning` the doctor still exits with 0. `skipped`: not applicable or not checkable. */
export type Finding = {
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped'
  /** What was found, in one line. Never a secret. */
  readonly found: string
  /** The fixes. Each entry counts as one fault or warning. */
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
