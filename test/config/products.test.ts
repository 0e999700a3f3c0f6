import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseConfig, ConfigError } from '../../src/config/config.ts'
import { environment } from '../support/environment.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const base = environment({ PRODUCT_CODES: undefined, PRODUCT_NAME: undefined })

const parse = (PRODUCTS: string, env: Readonly<Record<string, string>> = {}) =>
  parseConfig({ ...base, ...env, PRODUCTS }).products

function errorsOf(read: () => unknown): readonly string[] {
  try {
    read()
  } catch (error) {
    if (error instanceof ConfigError) return error.errors
    throw error
  }
  return []
}

const listings = 'listings: [{ product_code: code-1 }]'
const a = (rest: string) => `products:\n  a:\n    ${listings}\n    product_name: A\n    ${rest}`
const field = (rest: string) => a(`fields:\n      - { ${rest} }`)

describe('a products file', () => {
  it('a products file sets names, links, colors and forms, with the environment as default', () => {
    const products = parse(
      `
products:
  analytics:
    listings:
      - { product_code: 74az0btybm649octamy0sktos, product_id: prod-qtwveexample12 }
      - { product_code: "000111222" }
    product_name: Example Analytics
    accent_color: 001122
    phone: off
    privacy_url: null
    access_within_hours: 2
    notify_email: [sales@example.com, ops@example.com]
    handoff_url: https://app.example.com/welcome?from=aws
    fields:
      - name: use_case
        type: textarea
        label: { en: What for?, de: Wofür? }
        max_length: 4000
      - { name: size, type: radio, required: true, label: Size, options: { 10: Ten, 5: Five } }
      - { name: terms, type: checkbox, label: I accept., help: Read them first. }
  reports:
    listings: [{ product_code: code-2 }]
    product_name: Example Reports
`,
      {
        PRIVACY_URL: 'https://example.com/privacy',
        HANDOFF_SECRET: 'a-secret-of-at-least-32-characters-0123',
        MAIL_URL: 'smtp://localhost:2525',
        MAIL_FROM: 'no-reply@example.com',
      },
    )
    const analytics = products.find('000111222')
    expect(analytics).toMatchObject({
      key: 'analytics',
      productName: 'Example Analytics',
      accentColor: '#001122',
      phone: 'off',
      privacyUrl: null,
      accessWithinHours: 2,
      notifyEmail: ['sales@example.com', 'ops@example.com'],
      handoffUrl: 'https://app.example.com/welcome?from=aws',
      listings: [
        { productCode: '74az0btybm649octamy0sktos', productId: 'prod-qtwveexample12' },
        { productCode: '000111222', productId: null },
      ],
    })
    expect(analytics?.fields).toEqual([
      {
        ...{ name: 'use_case', type: 'textarea', label: { en: 'What for?', de: 'Wofür?' }, help: null },
        ...{ required: false, maxLength: 4000, options: [] },
      },
      {
        ...{ name: 'size', type: 'radio', label: { en: 'Size' }, help: null, required: true, maxLength: 0 },
        options: [
          { id: '10', label: { en: 'Ten' } },
          { id: '5', label: { en: 'Five' } },
        ],
      },
      {
        ...{ name: 'terms', type: 'checkbox', label: { en: 'I accept.' }, help: { en: 'Read them first.' } },
        ...{ required: false, maxLength: 0, options: [] },
      },
    ])
    expect(products.find('code-2')).toMatchObject({
      key: 'reports',
      privacyUrl: 'https://example.com/privacy',
      phone: 'optional',
      handoffUrl: null,
      fields: [],
    })
    expect(products.find('code-3')).toBeNull()
    expect(products.unknown.productName).toBeNull()
  })

  it('the example products file is valid', () => {
    const { products } = parseConfig({ ...base, PRODUCTS_FILE: `${import.meta.dirname}/../../products.example.yaml` })
    expect(products.all.map(({ key, fields }) => [key, fields.map(({ name }) => name)])).toEqual([
      ['analytics', ['use_case', 'region', 'terms']],
      ['reports', []],
    ])
  })

  it('products come from YAML or JSON, in a file or a variable', () => {
    const path = `${temporaryFolder()}/products.json`
    const content = {
      products: { a: { listings: [{ product_code: 'code-1' }], product_name: 'A', phone: 'required' } },
    }
    writeFileSync(path, JSON.stringify(content))
    const { products } = parseConfig({ ...base, PRODUCTS_FILE: path })
    expect(products.find('code-1')).toMatchObject({ key: 'a', productName: 'A', phone: 'required' })
  })

  it.each([
    ['not: [closed', ['PRODUCTS cannot be read: line 1, column 13: ']],
    ['a: 1\na: 2', ['PRODUCTS cannot be read: line 2, column 1: Map keys must be unique']],
    ['just text', ['the file must be a map with products']],
    ['[]', ['the file must be a map with products']],
    ['products: {}', ['products must have at least one product']],
    ['products: []', ['products must be a map']],
    ['{}', ['products is missing: a map from the key of each product to the product']],
    [`${a('')}\nextra: 1`, ['extra is not known here']],
    ['__proto__: { products: {} }', ['products is missing', '__proto__ is not known here']],
    [a('__proto__: { phone: off }'), ['products.a.__proto__ is not a setting of a product']],
    [a('constructor: x'), ['products.a.constructor is not a setting of a product']],
    [a('phone: maybe'), ['products.a.phone must be off, optional or required']],
    [a('colour: red'), ['products.a.colour is not a setting of a product']],
    [a('webhook_secret: x'), ['products.a.webhook_secret is not a setting of a product']],
    [a('accent_color: blue'), ['products.a.accent_color must be a color such as 1a5fb4 or #1a5fb4']],
    [a('support_url: http://example.com'), ['products.a.support_url must begin with https://']],
    [a('sign_in_url: null'), ['products.a.sign_in_url is missing']],
    [a('{ }'), ['PRODUCTS cannot be read: line 5']],
    [a('access_within_hours: soon'), ['products.a.access_within_hours must be a whole number from 1 to 720']],
    [a('notify_email: sales@example.com'), ['products.a.notify_email must be a list of mail addresses']],
    [a('handoff_url: https://app.example.com/#top'), ['products.a.handoff_url has a part that is not used']],
    [
      'products:\n  A b:\n    product_name: A',
      ['products."A b" must have a key', 'products."A b".listings is missing'],
    ],
    ['products: { a: null }', ['products.a must be a map']],
    ['products: { a: { listings: [], product_name: A } }', ['products.a.listings must have at least one listing']],
    [
      'products: { a: { listings: [{ product_code: prod-qtwveexample0 }], product_name: A } }',
      ['products.a.listings[0].product_code is a product id'],
    ],
    [
      'products: { a: { listings: [{ product_code: c, product_id: x }], product_name: "" } }',
      ['products.a.listings[0].product_id must be a product id', 'products.a.product_name is empty'],
    ],
    [
      'products: { a: { listings: [{ product_code: c }], product_name: A }, b: { listings: [{ product_code: c }], product_name: B } }',
      ['products.b.listings[0].product_code is in the file twice'],
    ],
    [a('fields: { name: x }'), ['products.a.fields must be a list of fields']],
    [
      field('name: x, type: date, label: X'),
      ['products.a.fields[0].type must be text, textarea, select, radio or checkbox'],
    ],
    [field('name: X, type: text, label: X'), ['products.a.fields[0].name must have 1 to 40 characters']],
    [field('name: email, type: text, label: X'), ['products.a.fields[0].name is a name that the app uses itself']],
    [field('name: credit_card, type: text, label: X'), ['products.a.fields[0].name asks for payment data']],
    [field('name: x, type: text'), ['products.a.fields[0].label is missing']],
    [field('name: x, type: text, label: { de: X }'), ['products.a.fields[0].label.en is missing']],
    [field('name: x, type: text, label: { en: X, xx: X }'), ['products.a.fields[0].label.xx is not a language']],
    [field('name: x, type: text, label: X, required: 1'), ['products.a.fields[0].required must be true or false']],
    [
      field('name: x, type: text, label: X, max_length: 4001'),
      ['products.a.fields[0].max_length must be a whole number'],
    ],
    [
      field('name: x, type: checkbox, label: X, max_length: 5'),
      ['products.a.fields[0].max_length is not a setting of a field of type checkbox'],
    ],
    [field('name: x, type: select, label: X'), ['products.a.fields[0].options must be a map']],
    [field('name: x, type: select, label: X, options: [eu, us]'), ['products.a.fields[0].options must be a map']],
    [
      field('name: x, type: select, label: X, options: { eu: E }'),
      ['products.a.fields[0].options must have at least 2'],
    ],
    [
      field('name: x, type: radio, label: X, options: { EU: E, us: { de: U } }'),
      ['products.a.fields[0].options.EU must have an id', 'products.a.fields[0].options.us.en is missing'],
    ],
    [
      a('fields:\n      - { name: x, type: text, label: X }\n      - { name: x, type: text, label: Y }'),
      ['products.a.fields[1].name is the name of another field of this product'],
    ],
    [
      a(
        `fields: [${Array.from({ length: 21 }, (_, n) => `{ name: f${String(n)}, type: text, label: X }`).join(', ')}]`,
      ),
      ['products.a.fields must have at most 20 fields'],
    ],
    [
      `a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: *b`,
      ['PRODUCTS cannot be read: '],
    ],
    ['a: &a [*a]', ['PRODUCTS cannot be read: ']],
    ['a: !!js/function x', ['PRODUCTS cannot be read: line 1']],
  ])('rejects a products file with the path of the error: %s', (text, expected) => {
    const errors = errorsOf(() => parse(text))
    for (const [at, error] of expected.entries()) expect(errors[at]).toContain(error)
    expect(errors).toHaveLength(expected.length)
  })

  it('reports all errors of a products file and the environment at once', () => {
    const text = `${field('name: x, type: text, label: X, help: [5]')}\n  b: { listings: 1, product_name: [2], support_url: x }`
    expect(errorsOf(() => parse(text, { SESSION_SECRET: 'short', PRODUCT_NAME: 'A' })).map(firstWord)).toEqual([
      'SESSION_SECRET',
      'PRODUCT_NAME',
      'products.a.fields[0].help',
      'products.b.listings',
      'products.b.product_name',
      'products.b.support_url',
    ])
  })

  it('errors of a products file never contain a value', () => {
    const text = `${a('support_email: hunter2 hunter2')}\n    sign_in_url: hunter2`
    expect(errorsOf(() => parse(text)).join()).not.toContain('hunter2')
  })

  it('rejects a products file together with the variables for one product or another file', () => {
    expect(
      errorsOf(() => parse(a(''), { PRODUCT_CODES: 'x', PRODUCT_IDS: 'prod-qtwveexample1', PRODUCTS_FILE: '/x' })).map(
        firstWord,
      ),
    ).toEqual(['PRODUCT_CODES', 'PRODUCT_IDS', 'PRODUCTS'])
  })

  it('reports the variable of a products file that cannot be opened', () => {
    expect(errorsOf(() => parseConfig({ ...base, PRODUCTS_FILE: '/nowhere/products.yaml' }))).toEqual([
      'PRODUCTS_FILE cannot be read (ENOENT): set it to the path of a file that this process may read',
    ])
  })

  it('requires the secrets for features that products use', () => {
    const text = a('handoff_url: https://app.example.com/\n    notify_email: [sales@example.com]')
    expect(errorsOf(() => parse(text)).map(firstWord)).toEqual(['MAIL_URL', 'HANDOFF_SECRET'])
  })
})

it('reads a single product from variables without a file', () => {
  const { products } = parseConfig({
    ...base,
    PRODUCT_CODES: 'one,two',
    PRODUCT_IDS: 'prod-aaaaaaaaaaaa1,prod-aaaaaaaaaaaa2',
    PRODUCT_NAME: 'Example',
  })
  expect(products.find('two')).toMatchObject({ key: null, productName: 'Example', phone: 'optional', fields: [] })
  expect(products.unknown.productName).toBe('Example')
  expect(products.all.flatMap((product) => product.listings.map(({ productId }) => productId))).toEqual([
    'prod-aaaaaaaaaaaa1',
    'prod-aaaaaaaaaaaa2',
  ])
})

function firstWord(error: string): string {
  return error.split(' ', 1)[0] ?? ''
}
