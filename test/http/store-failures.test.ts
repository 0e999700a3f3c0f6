import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { expect, inject, it } from 'vitest'
import { storeFailure } from '../../src/store/failures.ts'
import { aCustomer, resolvesTo, testApp } from '../support/app.ts'
import { land } from '../support/browse.ts'
import { page } from '../support/page.ts'
import { ask, createDatabase } from '../support/postgres.ts'
import { limitedDisk } from '../support/limited-disk.ts'

const manyLicenses = () => resolvesTo(aCustomer({ licenseArn: randomUUID().repeat(20) }))('token')

it('a full disk is store-unavailable with a hint to free space, and landings continue once there is space', async () => {
  const { store, limitPages } = await limitedDisk()
  const { registrations, sessions } = store
  const { app, log } = await testApp({ registrations, sessionStore: sessions, resolveCustomer: manyLicenses })

  await limitPages(40)
  let answer = await land(app, randomUUID())
  for (let i = 0; i < 200 && answer.status === 303; i += 1) answer = await land(app, randomUUID())
  expect([answer.status, page(answer.text).name]).toEqual([503, 'store-unavailable'])
  expect(log.events('registration.refused')).toMatchObject([
    {
      code: 'store-unavailable',
      level: 40,
      hint: expect.stringMatching(/^Free space on the volume of DATABASE_URL/) as string,
    },
  ])

  await limitPages(100_000)
  expect((await land(app, randomUUID())).status).toBe(303)
  await store.close()
})

it('an exhausted connection limit is service-busy with the setting in the hint, and landings continue once there is a connection', async () => {
  const url = new URL(await createDatabase(inject('postgresUrl')))
  const role = `limited${randomUUID().slice(0, 8)}`
  await ask(url.href, `create role ${role} login password 'secret' connection limit 1`)
  await ask(url.href, `grant all on schema public to ${role}`)
  const limited = Object.assign(new URL(url.href), { username: role, password: 'secret' }).href
  const { app, log } = await testApp({ env: { DATABASE_URL: limited } })

  // The app's own connection is closed after a second without work; then another takes the only one.
  const other = new pg.Client({ connectionString: limited })
  await pause(1_500)
  await other.connect()
  const answer = await land(app, randomUUID())
  expect([answer.status, page(answer.text).name]).toEqual([503, 'service-busy'])
  expect(log.events('registration.refused')).toMatchObject([
    { code: 'service-busy', level: 40, hint: expect.stringContaining('Raise max_connections') as string },
  ])

  await other.end()
  expect((await land(app, randomUUID())).status).toBe(303)
})

it.each(['42P05', '26000'])('names pgbouncer=true in the hint for PostgreSQL’s error %s', (code) => {
  const error = Object.assign(new Error(code), { code })
  expect(storeFailure(error).details.hint).toContain('pgbouncer=true')
})

it.each([
  ['CERT_NOT_YET_VALID', /^Set the clock of this machine.*DATABASE_URL\.$/],
  ['CERT_HAS_EXPIRED', /^Renew the certificate/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /for another name/],
  ['SELF_SIGNED_CERT_IN_CHAIN', /^Name the file of the certificate authority in DATABASE_URL/],
  ['CERT_SIGNATURE_FAILURE', /does not speak TLS/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', /does not speak TLS/],
])('names the fix for the TLS failure %s of the database', (code, hint) => {
  const { code: failed, details } = storeFailure(Object.assign(new Error(code), { code }))
  expect([failed, details.hint]).toEqual(['store-unavailable', expect.stringMatching(hint)])
})
