import { sql } from 'kysely'
import type { OverdueLimits } from '../domain/access.ts'
import type { Counts, Day } from '../domain/console-lists.ts'
import { all, count as countOf } from './count.ts'
import type { Database } from './database.ts'
import { endedLicenses, isOverdue, waiting } from './follow-up.ts'
import { licenseId } from './expressions.ts'
import type { Guard } from './guard.ts'
import { unregisteredAgreements } from './unregistered.ts'

type CountInput = { readonly productCodes: readonly string[] | null; readonly limits: OverdueLimits }

/** Runs one statement per count, because a long statement on SQLite blocks all other work. */
export async function countSteps(
  { db }: Database,
  guard: Guard,
  { productCodes, limits }: CountInput,
): Promise<Counts> {
  const registrations = db.selectFrom('registrations').select(all)
  const rows = productCodes === null ? registrations : registrations.where('product_code', 'in', productCodes)
  const agreements = unregisteredAgreements(db).select(all)
  const count = (query: Parameters<typeof countOf>[0]) => guard(() => countOf(query))
  const registered = await count(rows.where('registered_at', 'is not', null))
  const unfinished = await count(rows.where('status', '=', 'landed'))
  const overdue = sql`sum(case when ${isOverdue(limits)} then 1 else 0 end)`.as('overdue')
  const wait = await guard(() => rows.where(waiting()).select(overdue).executeTakeFirstOrThrow())
  return {
    landed: registered + unfinished,
    registered,
    ready: await count(rows.where('ready_at', 'is not', null)),
    unfinished,
    waiting: Number(wait.n),
    overdue: Number(wait.overdue),
    ended: await count(rows.where(licenseId, 'in', endedLicenses(db))),
    unregistered: await count(
      productCodes === null ? agreements : agreements.where('agreement.product_code', 'in', productCodes),
    ),
  }
}

const steps = { landed: 'landed_at', registered: 'registered_at', ready: 'ready_at' } as const

export async function stepsByDay(
  { db, dayOf }: Database,
  productCodes: readonly string[] | null,
  since: Date,
): Promise<readonly Day[]> {
  const byDay = async (column: (typeof steps)[keyof typeof steps]): Promise<ReadonlyMap<string, number>> => {
    const day = dayOf(sql.ref(column))
    let query = db
      .selectFrom('registrations')
      .select([day.as('day'), all])
      .where(column, '>=', since)
      .groupBy(day)
    if (productCodes !== null) query = query.where('product_code', 'in', productCodes)
    return new Map((await query.execute()).map((row) => [row.day, Number(row.n)]))
  }
  const landed = await byDay(steps.landed)
  const registered = await byDay(steps.registered)
  const ready = await byDay(steps.ready)
  const days = [...new Set([...landed.keys(), ...registered.keys(), ...ready.keys()])].sort()
  return days.map((day) => ({
    day,
    landed: landed.get(day) ?? 0,
    registered: registered.get(day) ?? 0,
    ready: ready.get(day) ?? 0,
  }))
}
