import fc from 'fast-check'
import { load, type CheerioAPI } from 'cheerio'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { runRegistrations } from '../src/cli/registrations/run.ts'
import { AppError } from '../src/errors.ts'
import { aCustomer, resolvesTo, testApp } from './support/app.ts'
import { call } from './support/command.ts'
import { codePoint } from './support/text.ts'
import { contact, cookies, land, open, register, sameOrigin } from './support/browse.ts'
import { page } from './support/page.ts'

const products = `
products:
  analytics:
    listings: [{ product_code: analytics-code }]
    product_name: Example Analytics
    support_email: analytics@example.com
    phone: required
    fields:
      - { name: use_case, type: textarea, label: { en: What for?, de: Wofür? }, max_length: 20 }
      - { name: region, type: select, required: true, label: Data region, options: { eu: Europe, us: United States } }
      - { name: size, type: radio, label: Size, options: { s: Small, l: Large } }
      - { name: terms, type: checkbox, required: true, label: I accept. }
  reports:
    listings: [{ product_code: reports-code }]
    product_name: Example Reports
    support_email: reports@example.com
    phone: off
`
const env = { PRODUCTS: products, PRODUCT_CODES: undefined, PRODUCT_NAME: undefined }

async function aBuyer(productCode: string) {
  const made = await testApp({ env, resolveCustomer: resolvesTo(aCustomer({ productCode })) })
  const cookie = cookies(await land(made.app))
  const row = () => made.rows()[0] ?? {}
  const stored = () => ({
    fields: JSON.parse(String(row()['fields'])) as unknown,
    labels: JSON.parse(String(row()['field_labels'])) as unknown,
  })
  return { ...made, cookie, row, stored, page: async () => load((await open(made.app, '/registration', cookie)).text) }
}

const secret = 'api-secret-of-at-least-32-characters-0'
const withoutAnalytics = `products:
  reports: { listings: [{ product_code: reports-code }], product_name: Example Reports }
`
const answers = { ...contact, use_case: 'Sales', region: 'eu', terms: 'true' }

describe('a product with fields of its own', () => {
  it('the form has own fields with labels in the page’s language, or in English with lang="en"', async () => {
    const { app, cookie } = await aBuyer('analytics-code')
    const answer = await open(app, '/registration', cookie).set('Accept-Language', 'de')
    const $ = load(answer.text)
    expect($('label[for="own-use_case"] span').first().text()).toBe('Wofür?')
    expect($('label[for="own-use_case"] [lang]')).toHaveLength(0)
    expect($('label[for="own-region"] [lang="en"]').text()).toBe('Data region')
    expect(
      $('[name="region"] option')
        .map((_, option) => $(option).attr('value'))
        .get(),
    ).toEqual(['', 'eu', 'us'])
    expect($('fieldset legend').text()).toContain('Size')
    expect($('[maxlength]')).toHaveLength(0)
    expect($('[name="phone"]').attr('required')).toBeDefined()
    expect($('title').text()).toContain('Example Analytics')
    expect(answer.text).toContain('analytics@example.com')
    expect(answer.text).not.toContain('Example Reports')
  })

  it('answers to own fields are stored with the labels that the buyer saw', async () => {
    const { app, cookie, stored } = await aBuyer('analytics-code')
    const sent = await register(app, cookie, { ...answers, color: 'red' }).set('Accept-Language', 'de')
    expect([sent.status, sent.headers['location']]).toEqual([303, '/registration/complete'])
    expect(stored()).toEqual({
      fields: { use_case: 'Sales', region: 'eu', size: null, terms: true },
      labels: { use_case: 'Wofür?', region: 'Data region', size: 'Size', terms: 'I accept.' },
    })
  })

  it('invalid own fields have messages, and the form keeps what was submitted', async () => {
    const { app, cookie, row } = await aBuyer('analytics-code')
    const sent = { ...contact, use_case: 'far more than twenty characters', region: 'mars', size: 'l' }
    const answer = await register(app, cookie, sent)
    const $ = load(answer.text)
    expect(answer.status).toBe(422)
    expect(
      $('.summary a')
        .map((_, link) => $(link).attr('href'))
        .get(),
    ).toEqual(['#own-use_case', '#own-region', '#own-terms'])
    expect($('.summary a').last().text()).toBe('I accept: Check this box to continue')
    const french = load((await register(app, cookie, sent).set('Accept-Language', 'fr')).text)
    expect(french('.summary a').last().text()).toBe('I accept\u00a0: Cochez cette case pour continuer')
    expect($('#own-use_case-invalid').text()).toBe('Use at most 20 characters')
    expect($('#own-use_case').text().trim()).toBe('far more than twenty characters')
    expect($('[name="size"][checked]').attr('value')).toBe('l')
    expect($('[name="email"]').attr('value')).toBe(contact.email)
    expect(row()['status']).toBe('landed')
  })

  it('only the session that typed the answers sees them again', async () => {
    const { app, cookie, page } = await aBuyer('analytics-code')
    await register(app, cookie, answers)
    const $ = await page()
    expect($('#own-use_case').text().trim()).toBe('Sales')
    expect($('[name="region"] [selected]').attr('value')).toBe('eu')
    expect($('[name="terms"][checked]')).toHaveLength(1)
    const other = cookies(await land(app, 'another-token'))
    const theirs = load((await open(app, '/registration', other)).text)
    expect(theirs('#own-use_case').text().trim()).toBe('')
    expect(theirs('[selected], [name="terms"][checked]')).toHaveLength(0)
  })

  it('a changed answer is notified with the previous answers', async () => {
    const { app, cookie, rows } = await aBuyer('analytics-code')
    await register(app, cookie, answers)
    await register(app, cookie, { ...answers, region: 'us' })
    await register(app, cookie, { ...answers, region: 'us' })
    const events = rows('select type, data from events order by type')
    expect(events.map(({ type }) => type)).toEqual(['registration.changed', 'registration.completed'])
    const data = JSON.parse(String(events.find(({ type }) => type === 'registration.changed')?.['data'])) as unknown
    expect(data).toMatchObject({
      registration: { product: 'analytics', fields: { region: 'us' }, field_labels: { region: 'Data region' } },
      previous: { fields: { region: 'eu' } },
    })
  })

  it('changing the language keeps the chosen options', async () => {
    const { app, cookie } = await aBuyer('analytics-code')
    const answer = await register(app, cookie, {}).then(() =>
      import('supertest').then(({ default: request }) =>
        request(app)
          .post('/language')
          .type('form')
          .set({ 'Sec-Fetch-Site': 'same-origin', Cookie: cookie })
          .send({ ...answers, page: 'registration', language: 'de' }),
      ),
    )
    const $ = load(answer.text)
    expect($('[name="region"] [selected]').attr('value')).toBe('eu')
    expect($('#own-use_case').text().trim()).toBe('Sales')
  })

  it('random own fields never cause a 500, and unknown fields are not stored', async () => {
    const { app, cookie, rows } = await aBuyer('analytics-code')
    const names = fc.constantFrom('use_case', 'region', 'size', 'terms', '__proto__', 'constructor', 'x[y]', 'email')
    const text = fc.oneof(
      fc.string({ unit: codePoint, maxLength: 60 }),
      fc.constantFrom('eu', 'true', 'l', ' ', '\r\n'),
    )
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, text), async (sent) => {
        const { status } = await register(app, cookie, { ...answers, ...sent })
        expect([303, 400, 422, 429]).toContain(status)
        const [row] = rows()
        const fields = JSON.parse(String(row?.['fields'])) as Record<string, unknown>
        expect(Object.keys(fields).every((name) => ['use_case', 'region', 'size', 'terms'].includes(name))).toBe(true)
        expect([undefined, 'eu', 'us']).toContain(fields['region'])
      }),
      { numRuns: 25 },
    )
  })
})

describe('a product without fields of its own', () => {
  it('a product without own fields has its own support contact', async () => {
    const { app, cookie, page, row } = await aBuyer('reports-code')
    const $ = await page()
    expect($('#registration-form .field')).toHaveLength(3)
    expect($('body').text()).toContain('reports@example.com')
    expect((await register(app, cookie, { ...answers })).status).toBe(303)
    expect(row()).toMatchObject({ phone: null, fields: '{}' })
  })
})

it.each([
  ['form-forged', 'post', '/registration'],
  ['method-not-allowed', 'get', '/registration/leave'],
  ['not-found', 'get', '/nothing'],
] as const)('the page %s in a session has the names of its product', async (code, method, path) => {
  const { app, cookie } = await aBuyer('reports-code')
  const failed = load((await request(app)[method](path).set('Cookie', cookie)).text)
  expect(failed('body').attr('data-page')).toBe(code)
  expect(failed('body').text()).toContain('reports@example.com')
})

it('a landing that fails has the names of the environment, whatever session the browser has', async () => {
  const { app, cookie } = await aBuyer('reports-code')
  const failed = load((await request(app).post('/').set('Cookie', cookie)).text)
  expect(failed('body').attr('data-page')).toBe('token-missing')
  expect(failed('body').text()).toContain('support@example.com')
})

it('a product that is not configured fails without the name of another product', async () => {
  const made = await testApp({ env, resolveCustomer: resolvesTo(aCustomer({ productCode: 'unknown-code' })) })
  const answer = await land(made.app)
  expect(answer.status).toBe(422)
  expect(answer.text).toContain('data-page="product-unknown"')
  expect(answer.text).toContain('support@example.com')
  expect(answer.text).not.toContain('Example Reports')
})

it('a failure page keeps the product from AWS in another language', async () => {
  const { app } = await testApp({
    env,
    resolveCustomer: resolvesTo(aCustomer({ productCode: 'reports-code' })),
    breakStore: () => ({ recordLanding: () => Promise.reject(new AppError('store-unavailable')) }),
  })
  const failed = load((await land(app)).text)
  expect([failed('body').attr('data-page'), failed('title').text()]).toEqual([
    'store-unavailable',
    expect.stringContaining('Example Reports') as string,
  ])
  const switched = await request(app)
    .post('/language')
    .set(sameOrigin)
    .type('form')
    .send({ ...fieldsOfSwitch(failed), language: 'de' })
  const german = load(switched.text)
  expect([german('html').attr('lang'), german('body').attr('data-page')]).toEqual(['de', 'store-unavailable'])
  expect(german('title').text()).toContain('Example Reports')
  expect(german('body').text()).toContain('reports@example.com')
})

it('Try again sends every answer as typed, also for fields named like those of the failure page', async () => {
  const named = { reference: 'PO 4711', retry: 'never', lost: 'no', asked: 'yes' }
  const fields = Object.keys(named).map((name) => `{ name: ${name}, type: text, label: ${name} }`)
  const listings = '[{ product_code: reports-code }]'
  const broken = { store: true }
  const { app, rows } = await testApp({
    env: {
      ...env,
      PRODUCTS: `products: { a: { listings: ${listings}, product_name: A, fields: [${fields.join()}] } }`,
    },
    resolveCustomer: resolvesTo(aCustomer({ productCode: 'reports-code' })),
    breakStore: ({ complete }) => ({
      complete: (id, completion) =>
        broken.store ? Promise.reject(new AppError('store-unavailable')) : complete(id, completion),
    }),
  })
  const cookie = cookies(await land(app))
  const failed = page((await register(app, cookie, { ...contact, ...named })).text)
  expect(failed.name).toBe('store-unavailable')
  broken.store = false
  expect((await register(app, cookie, failed.fields('#retry-form'))).status).toBe(303)
  expect(JSON.parse(String(rows()[0]?.['fields']))).toEqual(named)
})

it('a registration of a product that left the file is shown, changed, listed and erased under the environment’s branding', async () => {
  const before = await aBuyer('analytics-code')
  await register(before.app, before.cookie, answers)
  const [{ reference } = {}] = before.rows()
  const database = { DATABASE_URL: `sqlite:${before.file}` }
  const after = await testApp({ env: { ...env, ...database, PRODUCTS: withoutAnalytics, API_SECRET: secret } })
  const complete = load((await open(after.app, '/registration/complete', before.cookie)).text)
  expect(complete('title').text()).toContain('Example Corp')
  expect(complete('body').text()).toContain('support@example.com')
  expect(complete('body').text()).not.toMatch(/Example Analytics|Example Reports/)
  expect((await register(after.app, before.cookie, { ...contact, name: 'Ada Two' })).status).toBe(303)
  const events = before.rows('select type, data from events order by occurred_at, id')
  expect(events.map(({ type }) => type)).toEqual(['registration.completed', 'registration.changed'])
  expect(JSON.parse(String(events[1]?.['data']))).toMatchObject({
    registration: { product: null, name: 'Ada Two', fields: { region: 'eu', use_case: 'Sales' } },
  })
  const listed = await request(after.app).get('/api/registrations').set('Authorization', `Bearer ${secret}`)
  expect(listed.body).toMatchObject({ registrations: [{ reference, product: null, fields: { region: 'eu' } }] })
  const erased = await call(runRegistrations, ['--erase', String(reference)], database)
  expect(erased.code).toBe(0)
  expect(before.rows('select email, fields, field_labels from registrations')).toEqual([
    { email: null, fields: '{}', field_labels: '{}' },
  ])
  expect(JSON.stringify(before.rows('select data from events'))).not.toMatch(/Sales|Ada/)
})

/** The fields that a language button sends. */
function fieldsOfSwitch($: CheerioAPI): Readonly<Record<string, string>> {
  const inputs = $(`#${$('button[name="language"]').attr('form') ?? ''} input`).toArray()
  return Object.fromEntries(inputs.map((input) => [$(input).attr('name') ?? '', $(input).attr('value') ?? '']))
}
