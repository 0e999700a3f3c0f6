export type RedemptionNote = {
  readonly tokenHash: string
  /** Null when nothing came of it: nobody needs to wait for it any more. */
  readonly at: Date | null
}

export type RedemptionRows = {
  /** Notes tokens for this task, or deletes its notes. */
  readonly write: (task: string, notes: readonly RedemptionNote[]) => Promise<void>
  readonly isNotedElsewhere: (tokenHash: string, task: string, since: Date) => Promise<boolean>
}
