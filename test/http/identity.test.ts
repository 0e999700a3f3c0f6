import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { aCustomer, resolvesTo, testApp, type TestApp } from '../support/app.ts'
import { contact, cookies, land, open, register, tokenField } from '../support/browse.ts'
import { marketplaceApp } from '../support/marketplace.ts'
import { page } from '../support/page.ts'

/** The columns that must not change when a registered customer lands again. */
function stored({ rows }: Pick<TestApp, 'rows'>) {
  return rows().map(({ last_landed_at: _, ...row }) => row)
}

describe('a purchase', () => {
  it('a purchase is recorded as soon as its token is resolved', async () => {
    const { app, rows, log, simulator } = await marketplaceApp()
    const { token, fields, customer } = simulator.issueToken('free-trial')
    const answer = await land(app, token, fields)
    expect([answer.status, answer.headers['location']]).toEqual([303, '/registration'])
    expect(rows()).toMatchObject([
      {
        status: 'landed',
        product_code: simulator.productCode,
        aws_account_id: customer.awsAccountId,
        license_arn: customer.licenseArn,
        customer_identifier: null,
        offer_type: 'free-trial',
        claimed_agreement_id: fields['x-amzn-marketplace-agreement-id'],
        claimed_product_id: fields['x-amzn-marketplace-product-id'],
        email: null,
        registered_at: null,
      },
    ])
    const [row] = rows()
    expect(log.events('registration.landed')).toMatchObject([
      {
        registrationId: row?.['id'],
        reference: row?.['reference'],
        productCode: simulator.productCode,
        customerAwsAccountId: customer.awsAccountId,
        licenseArn: customer.licenseArn,
        attempts: 1,
        awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        durationMs: expect.any(Number) as number,
        tokenHash: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      },
    ])
  })

  it('the form registers a purchase, and the last page shows the reference of the row', async () => {
    const app = await testApp()
    const cookie = cookies(await land(app.app))
    const form = page((await open(app.app, '/registration', cookie)).text)
    expect(form.name).toBe('registration')
    expect(form.text).toContain('012345678901')
    const answer = await register(app.app, cookie, { ...form.fields('#registration-form'), ...contact })
    expect([answer.status, answer.headers['location']]).toEqual([303, '/registration/complete'])
    const [row] = app.rows()
    expect(row).toMatchObject({ status: 'registered', language: 'en', ...contact })
    const complete = page((await open(app.app, '/registration/complete', cookie)).text)
    expect(complete.name).toBe('complete')
    expect(complete.text).toContain(row?.['reference'])
    expect(app.log.events('registration.completed')).toMatchObject([
      { reference: row?.['reference'], registrationId: row?.['id'], customerAwsAccountId: '012345678901' },
    ])
  })

  it('a CustomerIdentifier is stored if present and not required', async () => {
    const { app, rows, simulator } = await marketplaceApp()
    const legacy = simulator.issueToken('legacy')
    await land(app, legacy.token)
    await land(app, simulator.issueToken('no-license').token)
    expect(rows().map((row) => [row['license_arn'], row['customer_identifier']])).toEqual([
      [null, legacy.customer.customerIdentifier],
      [null, null],
    ])
    expect(legacy.customer.customerIdentifier).toMatch(/\w/)
  })

  it('purchases without a license are one registration per product and account', async () => {
    const app = await testApp({ resolveCustomer: resolvesTo(aCustomer({ licenseArn: null })) })
    await land(app.app, 'first')
    await land(app.app, 'second')
    expect(app.rows()).toHaveLength(1)
  })

  it('a license in the second response completes the registration', async () => {
    const { app, rows, simulator } = await marketplaceApp()
    const first = simulator.issueToken('late-license')
    await land(app, first.token)
    const [before] = rows()
    expect(before?.['license_arn']).toBeNull()
    await land(app, simulator.issueToken('late-license', first.customer).token)
    expect(rows()).toMatchObject([{ id: before?.['id'], license_arn: first.customer.licenseArn }])
  })

  it('a license that comes a day later is another registration', async () => {
    let now = new Date('2026-11-01T10:00:00Z')
    let customer = aCustomer({ licenseArn: null })
    const app = await testApp({ now: () => now, resolveCustomer: (token) => resolvesTo(customer)(token) })
    await land(app.app, 'first')
    now = new Date('2026-11-02T10:00:01Z')
    customer = aCustomer()
    await land(app.app, 'second')
    expect(app.rows().map((row) => row['license_arn'])).toEqual([null, customer.licenseArn])
  })

  it('two licenses of one account are two registrations', async () => {
    const { app, rows, simulator } = await marketplaceApp()
    await land(app, simulator.issueToken('same-license').token)
    await land(app, simulator.issueToken('second-license').token)
    const [one, other] = rows()
    expect(rows()).toHaveLength(2)
    expect(one?.['aws_account_id']).toBe(other?.['aws_account_id'])
    expect(one?.['license_arn']).not.toBe(other?.['license_arn'])
  })
})

describe('a registered customer who comes again', () => {
  it('a registered buyer who lands again changes nothing and sees a masked address', async () => {
    const { app, rows, simulator } = await marketplaceApp()
    await register(app, cookies(await land(app, simulator.issueToken('same-license').token)))
    const before = stored({ rows })
    const { token } = simulator.issueToken('same-license', { offerType: 'free-trial' })
    const again = await land(app, token, { 'x-amzn-marketplace-agreement-id': 'agmt-other' })
    expect(again.headers['location']).toBe('/registration/complete')
    const [row] = stored({ rows })
    expect(row).toEqual({
      ...before[0],
      claimed_agreement_id: 'agmt-other',
      updated_at: row?.['updated_at'],
    })
    const complete = await open(app, '/registration/complete', cookies(again))
    expect(complete.text).toContain('j•••@example.com')
    expect(complete.text).not.toContain('jane.doe')
    expect((await open(app, '/registration', cookies(again))).text).not.toMatch(/jane|Jane|Example Buyer/)
  })

  it('a registered buyer can replace all contact details and keeps the first date', async () => {
    let now = new Date('2026-11-01T10:00:00Z')
    const app = await testApp({ now: () => now })
    await register(app.app, cookies(await land(app.app, 'first')))
    now = new Date('2026-11-05T10:00:00Z')
    const cookie = cookies(await land(app.app, 'second'))
    await register(app.app, cookie, { email: 'new@example.com', name: 'New', company: 'Buyer', phone: '' })
    expect(app.rows()).toMatchObject([
      {
        status: 'registered',
        email: 'new@example.com',
        name: 'New',
        phone: null,
        registered_at: '2026-11-01T10:00:00.000Z',
      },
    ])
  })
})

describe('the same token again', () => {
  it('concurrent landings with the same token share one call, even if AWS resolves it only once', async () => {
    const { app, rows, simulator } = await marketplaceApp()
    const { token } = simulator.issueToken('new-buyer', { singleUse: true, latencyMs: 100 })
    const answers = await Promise.all([land(app, token), land(app, token), land(app, token)])
    expect(answers.map(({ headers }) => headers['location'])).toEqual([
      '/registration',
      '/registration',
      '/registration',
    ])
    expect(simulator.calls.count()).toBe(1)
    expect(rows()).toHaveLength(1)
    for (const answer of answers) expect((await open(app, '/registration', cookies(answer))).status).toBe(200)
  })

  it('the same token leads to the same registration although AWS reports it as expired', async () => {
    const { app, rows, log, simulator } = await marketplaceApp()
    const { token } = simulator.issueToken('new-buyer', { singleUse: true })
    await land(app, token)
    const again = await land(app, token)
    expect([again.status, again.headers['location']]).toEqual([303, '/registration'])
    expect((await open(app, '/registration', cookies(again))).status).toBe(200)
    expect(rows()).toHaveLength(1)
    expect(log.events('registration.landed')).toMatchObject([{}, { failure: 'token-expired' }])
  })

  it('a token that AWS reports as invalid fails although we resolved it before', async () => {
    let failure: AppError | null = null
    const { app } = await testApp({
      resolveCustomer: (token) => (failure === null ? resolvesTo(aCustomer())(token) : Promise.reject(failure)),
    })
    await land(app, 'token')
    failure = new AppError('token-invalid')
    const again = await land(app, 'token')
    expect([again.status, page(again.text).name]).toEqual([400, 'token-invalid'])
    expect(again.headers['set-cookie']).toBeUndefined()
  })

  it('a token that we resolved more than 15 minutes ago is expired', async () => {
    let now = new Date()
    const { app, simulator } = await marketplaceApp({ now: () => now })
    const { token } = simulator.issueToken('new-buyer', { singleUse: true })
    await land(app, token)
    now = new Date(now.getTime() + 15 * 60_000 + 1000)
    expect(page((await land(app, token)).text).name).toBe('token-expired')
  })

  it('a token that we never resolved is expired', async () => {
    const { app, simulator } = await marketplaceApp()
    expect(page((await land(app, simulator.issueToken('expired').token)).text).name).toBe('token-expired')
  })

  describe('when the store was down the first time', () => {
    /** A landing whose token AWS resolves only once and that could not be stored. The store works again. */
    async function unrecorded() {
      let down = true
      let now = new Date()
      const { app, rows, simulator } = await marketplaceApp({
        now: () => now,
        breakStore: (real) => ({
          recordLanding: (landing) =>
            down ? Promise.reject(new AppError('store-unavailable')) : real.recordLanding(landing),
        }),
      })
      const { token, fields } = simulator.issueToken('new-buyer', { singleUse: true })
      const failed = await land(app, token, fields)
      expect(page(failed.text).name).toBe('store-unavailable')
      down = false
      const tryAgainAfter = (minutes: number) => {
        now = new Date(now.getTime() + minutes * 60_000)
        const form = page(failed.text).fields('#retry-form')
        return land(app, form[tokenField], form)
      }
      return { tryAgainAfter, rows, simulator }
    }

    it('Try again after a database failure needs no other call to AWS', async () => {
      const { tryAgainAfter, rows, simulator } = await unrecorded()
      const retried = await tryAgainAfter(14)
      expect([retried.status, retried.headers['location']]).toEqual([303, '/registration'])
      expect(rows()).toHaveLength(1)
      expect(simulator.calls.count()).toBe(1)
    })

    it('Try again after more than 15 minutes fails as expired', async () => {
      const { tryAgainAfter, rows } = await unrecorded()
      expect(page((await tryAgainAfter(15.1)).text).name).toBe('token-expired')
      expect(rows()).toEqual([])
    })
  })
})

it('a license that is stored for another account fails, and nothing of the first is shown or changed', async () => {
  const app = await testApp({
    resolveCustomer: (token) => resolvesTo(aCustomer(token === 'mine' ? {} : { awsAccountId: '999999999999' }))(token),
  })
  await register(app.app, cookies(await land(app.app, 'mine')))
  const before = stored(app)
  const answer = await land(app.app, 'theirs')
  expect([answer.status, page(answer.text).name]).toEqual([409, 'customer-mismatch'])
  expect(answer.text).not.toMatch(/jane|Jane|Example Buyer|012345678901/)
  expect(answer.headers['set-cookie']).toBeUndefined()
  expect(stored(app)).toEqual(before)
  expect(app.log.events('registration.refused')).toMatchObject([
    { code: 'customer-mismatch', level: 50, customerAwsAccountId: '999999999999', storedAwsAccountId: '012345678901' },
  ])
})
