import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import request, { type Response } from 'supertest'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { registrationData } from '../src/domain/notification.ts'
import { subscriptionData } from '../src/domain/subscription-data.ts'
import { AppError } from '../src/errors.ts'
import { aSubscription } from './support/a-subscription.ts'
import { aCustomer, resolvesTo, testApp } from './support/app.ts'
import { aRegistration } from './support/pages.ts'
import { contact, cookies, land, register } from './support/browse.ts'

type Operation = {
  readonly responses: Readonly<Record<string, unknown>>
  readonly parameters?: readonly { name: string }[]
}
type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> }

const document = parse(readFileSync(join(import.meta.dirname, '../docs/openapi.yaml'), 'utf8')) as Document
const ajv = new Ajv2020({ strict: false })
formats.default(ajv)
ajv.addSchema({ ...document, $id: 'https://example.com/openapi' })

const secret = 'api-secret-of-at-least-32-characters-0'
const products = `products:
  analytics:
    listings: [{ product_code: analytics-code }]
    product_name: Example Analytics
    fields:
      - { name: region, type: select, label: Data region, options: { eu: Europe, us: United States } }
      - { name: terms, type: checkbox, label: I accept. }
`
const licenseArn = 'arn:aws:license-manager::294406891311:license:l-0123456789abcdef'
const subscription = subscriptionData(
  aSubscription({ state: 'active', entitlements: [{ dimension: 'seats', value: '5', expiresAt: null }] }),
)

async function anApi() {
  const made = await testApp({
    env: {
      API_SECRET: secret,
      RATE_LIMIT_PER_MINUTE: '1',
      PRODUCTS: products,
      PRODUCT_CODES: undefined,
      PRODUCT_NAME: undefined,
    },
    resolveCustomer: (token) =>
      resolvesTo(
        aCustomer({
          productCode: 'analytics-code',
          licenseArn: token === 'first' ? licenseArn : `${licenseArn}${token}`,
        }),
      )(token),
  })
  const landed = cookies(await land(made.app, 'first'))
  await register(made.app, landed, { ...contact, region: 'eu', terms: 'true' })
  await land(made.app, 'second')
  const references = made.rows().map(({ reference }) => String(reference))
  const call = (method: 'get' | 'post', path: string, body?: object) =>
    request(made.app)[method](`/api${path}`).set('Authorization', `Bearer ${secret}`).send(body)
  return { ...made, references, call }
}

/** The document says what this answer has. */
function expectDescribed(path: string, method: string, { status, body, headers }: Response): void {
  const described = document.paths[path]?.[method]?.responses[String(status)]
  expect([path, method, status, described !== undefined]).toEqual([path, method, status, true])
  const pointer = ['paths', path.replaceAll('/', '~1'), method, 'responses', String(status)].join('/')
  const response = described as { readonly $ref?: string }
  const at = response.$ref ?? `#/${pointer}`
  const validate = ajv.compile({
    $ref: `https://example.com/openapi${encodeURI(at)}/content/application~1json/schema`,
  })
  expect(headers['content-type']).toMatch(/^application\/json/)
  validate(body)
  expect(validate.errors).toBeNull()
}

it('every API response matches the OpenAPI document', async () => {
  const { app, call, references } = await anApi()
  const [registered = '', landed = ''] = references
  const list = '/registrations'
  const one = '/registrations/{reference}'
  const ready = '/registrations/{reference}/ready'
  expectDescribed(list, 'get', await call('get', '/registrations?limit=1'))
  expectDescribed(list, 'get', await call('get', '/registrations?ready=false&status=registered&product=analytics'))
  expectDescribed(list, 'get', await call('get', '/registrations?limit=0'))
  expectDescribed(one, 'get', await call('get', `/registrations/${registered}`))
  expectDescribed(one, 'get', await call('get', '/registrations/NOBO-DY00-0000'))
  const mark = { url: 'https://app.example.com/', message: 'Welcome', notify: false }
  expectDescribed(ready, 'post', await call('post', `/registrations/${registered}/ready`, mark))
  expectDescribed(ready, 'post', await call('post', `/registrations/${registered}/ready`, { url: 'ftp://x' }))
  expectDescribed(ready, 'post', await call('post', `/registrations/${landed}/ready`))
  expectDescribed(ready, 'post', await call('post', '/registrations/NOBO-DY00-0000/ready'))
  expectDescribed(list, 'get', await request(app).get('/api/registrations'))
  expectDescribed(list, 'get', await request(app).get('/api/registrations'))
})

it('a registration with a subscription and a database failure match the OpenAPI document', async () => {
  const registration = registrationData(aRegistration({}), { find: () => null })
  const withSubscription = await testApp({
    env: { API_SECRET: secret },
    findForSeller: () => Promise.resolve({ registration, subscription }),
  })
  const bearer = { Authorization: `Bearer ${secret}` }
  expectDescribed(
    '/registrations/{reference}',
    'get',
    await request(withSubscription.app).get('/api/registrations/REFA-AAAA-BBBB').set(bearer),
  )
  const away = await testApp({
    env: { API_SECRET: secret },
    listByChange: () => Promise.reject(new AppError('store-unavailable')),
  })
  expectDescribed('/registrations', 'get', await request(away.app).get('/api/registrations').set(bearer))
})

it('the list supports exactly the filters of the OpenAPI document', async () => {
  const { call } = await anApi()
  const filters = document.paths['/registrations']?.['get']?.parameters?.map(({ name }) => name) ?? []
  const { body } = (await call('get', '/registrations?unknown=1')) as { body: { message: string } }
  for (const filter of filters) expect(body.message).toContain(filter)
  expect(filters).toEqual(['status', 'product', 'ready', 'updated_since', 'limit', 'cursor'])
})
