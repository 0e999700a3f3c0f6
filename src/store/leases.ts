import type { Database } from './database.ts'
import type { Guard } from './guard.ts'

/** What only one task may do at a time. A task that dies in it leaves it to the others when its time has run out. */
export type Leases = {
  /** False where another task has it. Taken again by the same task, it lasts longer. */
  readonly take: (name: string, lastsMs: number) => Promise<boolean>
  readonly release: (name: string) => Promise<void>
}

export function createLeases({ db, fromNow }: Database, guard: Guard, task: string): Leases {
  return {
    take: (name, lastsMs) =>
      guard(async () => {
        const until = fromNow(lastsMs)
        const taken = await db
          .insertInto('leases')
          .values({ name, task, until })
          .onConflict((conflict) =>
            conflict
              .column('name')
              .doUpdateSet({ task, until })
              .where((row) => row.or([row('leases.until', '<', fromNow(0)), row('leases.task', '=', task)])),
          )
          .returning('name')
          .executeTakeFirst()
        return taken !== undefined
      }),
    release: async (name) => {
      await guard(() => db.deleteFrom('leases').where('name', '=', name).where('task', '=', task).execute())
    },
  }
}
