import { randomUUID } from 'node:crypto'
import { expect, inject, it } from 'vitest'
import { aCustomer, resolvesTo, testApp } from '../support/app.ts'
import { cookies, land, register } from '../support/browse.ts'
import { page } from '../support/page.ts'
import { ask, createDatabase } from '../support/postgres.ts'

it('after a PostgreSQL failover, the app connects to the new writer without a restart', async () => {
  const url = await createDatabase(inject('postgresUrl'))
  const { app, log } = await testApp({
    env: { DATABASE_URL: url },
    resolveCustomer: (token) => resolvesTo(aCustomer({ licenseArn: `l-${token}` }))(token),
  })
  const cookie = cookies(await land(app, randomUUID()))
  // New connections are now read-only, like connections to a replica after a failover.
  const { pathname } = new URL(url)
  const failOver = async (readOnly: 'on' | 'off') => {
    await ask(
      inject('postgresUrl'),
      `alter database ${pathname.slice(1)} set default_transaction_read_only = ${readOnly}`,
    )
  }
  await failOver('on')
  await ask(
    url,
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )

  const refused = [await land(app, randomUUID()), await land(app, randomUUID()), await register(app, cookie)]
  expect(refused.map(({ status, text }) => [status, page(text).name])).toEqual(
    Array(3).fill([503, 'store-unavailable']),
  )
  expect(log.events('registration.refused').at(-1)).toMatchObject({
    hint: expect.stringMatching(/read-only/) as string,
  })

  await failOver('off')
  const answers = [await land(app, randomUUID()), await register(app, cookie)]
  expect(answers.map(({ status }) => status)).toEqual([303, 303])
})
