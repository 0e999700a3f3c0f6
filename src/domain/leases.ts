/** Leases for work that only one instance may do at a time. The lease of a killed instance expires. */
export type Leases = {
  /** Takes or extends the lease. Returns false if another instance holds it. */
  readonly take: (name: string, lastsMs: number) => Promise<boolean>
  readonly release: (name: string) => Promise<void>
}
