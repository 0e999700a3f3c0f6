import { describe, expect, inject, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { aCustomer, resolvesTo, testApp } from '../support/app.ts'
import { cookies, land, open } from '../support/browse.ts'
import { page } from '../support/page.ts'
import { createDatabase } from '../support/postgres.ts'
import { engines, type Engine } from '../support/stores.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const sharedDatabase = async (engine: Engine) => ({
  DATABASE_URL:
    engine === 'postgres' ? await createDatabase(inject('postgresUrl')) : `sqlite:${temporaryFolder()}/x.db`,
})

describe.each(engines)('two instances on one %s database', (engine) => {
  it('with two instances, the second click of an expired token finds the registration of the first', async () => {
    const env = await sharedDatabase(engine)
    const asked = Promise.withResolvers<undefined>()
    const looked = Promise.withResolvers<undefined>()
    const redeeming = await testApp({
      env,
      resolveCustomer: async (token) => {
        asked.resolve(undefined)
        await looked.promise
        return resolvesTo(aCustomer())(token)
      },
    })
    const other = await testApp({
      env,
      resolveCustomer: () => Promise.reject(new AppError('token-expired')),
      breakStore: (real) => ({
        landAgain: (...args) =>
          real.landAgain(...args).finally(() => {
            looked.resolve(undefined)
          }),
      }),
    })
    const first = land(redeeming.app).then((answer) => answer)
    await asked.promise
    const answers = [await land(other.app), await first]
    expect(answers.map(({ headers }) => headers['location'])).toEqual(['/registration', '/registration'])
    for (const answer of answers) expect((await open(other.app, '/registration', cookies(answer))).status).toBe(200)
    expect(other.log.events('registration.landed')).toMatchObject([{ failure: 'token-expired' }])
  })

  it('with two instances, a token that neither has resolved is expired', async () => {
    const env = await sharedDatabase(engine)
    const { app } = await testApp({ env, resolveCustomer: () => Promise.reject(new AppError('token-expired')) })
    expect(page((await land(app)).text).name).toBe('token-expired')
  })

  it('two instances share sessions and their end', async () => {
    const env = await sharedDatabase(engine)
    const [one, other] = [await testApp({ env }), await testApp({ env })]
    const first = cookies(await land(one.app))
    expect((await open(other.app, '/registration', first)).status).toBe(200)
    const second = cookies(await land(other.app).set('Cookie', first))
    expect((await open(one.app, '/registration', first)).status).toBe(403)
    expect((await open(one.app, '/registration', second)).status).toBe(200)
  })
})
