import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { Contact } from '../../../src/domain/contact.ts'
import { ask } from '../postgres.ts'

/** A registration that was confirmed to a buyer. */
export type Promised = {
  readonly buyer: { readonly account: string; readonly license: string | null; readonly contact: Contact }
  /** The reference on the confirmation page; null if only the redirect was received. */
  reference: string | null
}

type Audit = {
  readonly rows: number
  /** Confirmed registrations that the database lacks, each with a reason. */
  readonly lost: readonly string[]
  /** AWS accounts with more than one row. Each account buys once, with or without a license. */
  readonly doubled: readonly string[]
}

const rowShape = z.object({
  reference: z.string(),
  status: z.string(),
  aws_account_id: z.string(),
  license_arn: z.string().nullable(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  company: z.string().nullable(),
  phone: z.string().nullable(),
})
type Row = z.infer<typeof rowShape>

/** Compares the confirmed registrations with the rows of the database. */
export async function audit(databaseUrl: string, promises: readonly Promised[]): Promise<Audit> {
  const rows = z.array(rowShape).parse(await query(databaseUrl, 'select * from registrations'))
  const byAccount = Map.groupBy(rows, ({ aws_account_id: account }) => account)
  return {
    rows: rows.length,
    lost: promises.flatMap((promised) => {
      const problem = problemOf(promised, byAccount.get(promised.buyer.account)?.[0])
      return problem === null ? [] : [`${promised.buyer.account}: ${problem}`]
    }),
    doubled: [...byAccount].flatMap(([account, own]) => (own.length > 1 ? [account] : [])),
  }
}

function problemOf({ buyer, reference }: Promised, row: Row | undefined): string | null {
  if (!row) return 'no row'
  if (row.status !== 'registered') return `is ${row.status}`
  if (reference !== null && row.reference !== reference) return 'has another reference'
  if (row.license_arn !== buyer.license) return 'has another license'
  const { email, name, company, phone } = buyer.contact
  const same = row.email === email && row.name === name && row.company === company && row.phone === phone
  return same ? null : 'has other contact details'
}

/** Runs a query directly on the database. */
export async function query(databaseUrl: string, query: string): Promise<readonly unknown[]> {
  if (!databaseUrl.startsWith('sqlite:')) return ask(databaseUrl, query)
  const db = new DatabaseSync(databaseUrl.slice('sqlite:'.length), { timeout: 5_000 })
  try {
    return db.prepare(query).all()
  } finally {
    db.close()
  }
}
