import type { Leases } from '../domain/leases.ts'
import type { Database } from './database.ts'
import type { Guard } from './guard.ts'

export function createLeases({ db, fromNow }: Database, guard: Guard, instance: string): Leases {
  return {
    take: (name, lastsMs) =>
      guard(async () => {
        const until = fromNow(lastsMs)
        const taken = await db
          .insertInto('leases')
          .values({ name, instance, until })
          .onConflict((conflict) =>
            conflict
              .column('name')
              .doUpdateSet({ instance, until })
              .where((row) => row.or([row('leases.until', '<', fromNow(0)), row('leases.instance', '=', instance)])),
          )
          .returning('name')
          .executeTakeFirst()
        return taken !== undefined
      }),
    release: async (name) => {
      await guard(() => db.deleteFrom('leases').where('name', '=', name).where('instance', '=', instance).execute())
    },
  }
}
