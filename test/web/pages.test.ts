import { load } from 'cheerio'
import { describe, expect, it } from 'vitest'
import { noValues } from '../../src/domain/contact.ts'
import { errorCodes, type ErrorCode } from '../../src/errors.ts'
import { errorPage } from '../../src/web/pages/error-pages.ts'
import { parseSwitch } from '../../src/web/pages/page-state.ts'
import { catalogues, fill, languages, type Language } from '../../src/i18n/languages.ts'
import { createPages, type Page, type Retry } from '../../src/web/pages/pages.ts'
import { aBranding, aRegistration, render } from '../support/pages.ts'

const pages = createPages(aBranding)
const registration = aRegistration()
const reference = '6b1f0c2e-9d5a-4d7b-8f3e-2a1c5e7d9b04'
const token = 'AbC+/dEf=='
const retry: Retry = { method: 'post', action: '/', fields: { 'x-amzn-marketplace-token': token } }
const names = { product: aBranding.productName, seller: aBranding.sellerName }

const failure = (code: ErrorCode, language: Language = 'en', given: Retry | null = retry) => {
  const { status, retryAfterSeconds = null } = errorPage(code)
  return pages.failure(language, { code, status, reference, retry: given, retryAfterSeconds })
}
const form = (language: Language = 'en') =>
  pages.registration(language, { registration, values: noValues, problems: {} })
const wrongForm = (language: Language = 'en') =>
  pages.registration(language, {
    registration,
    values: { email: 'wrong"><b>', name: '', company: 'Müller & Söhne', phone: '+1' },
    problems: { email: 'invalid', name: 'missing' },
  })
const every = (language: Language): readonly Page[] => [
  pages.start(language),
  form(language),
  wrongForm(language),
  pages.complete(language, registration),
  ...errorCodes.map((code) => failure(code, language)),
]
const open = async (page: Page) => load(await render(page))
const text = (value: string) => value.replaceAll(/\s+/g, ' ').trim()

describe.each(languages)('every page in %s', (language) => {
  it.each(every(language).map((page) => [page.name, page] as const))('%s is whole', async (name, page) => {
    const html = await render(page)
    const $ = load(html)
    const { layout } = catalogues[language]
    expect($('body').attr('data-page')).toBe(name)
    expect($('html').attr('lang')).toBe(language)
    expect(page.language).toBe(language)
    expect($('title').text()).toContain(names.product)
    expect($('h1')).toHaveLength(1)
    expect(html).not.toMatch(/undefined|\[object|\{\w+\}(?![^<]*>)/)
    expect($('.support').text()).toContain(fill(layout.supportWrite, { email: 'support@northwind.example' }))
    expect($('.support a[href="https://northwind.example/support"]')).toHaveLength(1)
    expect($('.brand').text()).toContain(names.product)
    expect($('.brand').text()).toContain(names.seller)
    expect(
      $('button[name=language]')
        .toArray()
        .map((button) => $(button).attr('value')),
    ).toEqual([...languages])
    expect($('button[name=language][aria-current]').attr('value')).toBe(language)
  })

  it('has a title of its own, which its heading is part of', async () => {
    const opened = await Promise.all(every(language).map(open))
    const titles = opened.map(($) => $('title').text())
    // The form sent back says so in its title too.
    expect(new Set(titles).size).toBe(titles.length)
    for (const $ of opened) expect(text($('title').text())).toContain(text($('h1').text()))
  })

  it.each(every(language).map((page) => [page.name, page] as const))('%s has nothing inline', async (_, page) => {
    const $ = await open(page)
    expect($('style, [style], script:not([src]), script[src^="http"], link[href^="http"], img, iframe')).toHaveLength(0)
    const attributes = $('*')
      .toArray()
      .flatMap((element) => Object.keys($(element).attr() ?? {}))
    expect(attributes.filter((name) => name.startsWith('on'))).toEqual([])
  })

  it.each(errorCodes)(
    'the %s page says what happened, that the purchase is safe, what to do and whom to ask',
    async (code) => {
      const $ = await open(failure(code, language))
      const words = catalogues[language].failures[code]
      expect(text($('h1').text())).toBe(text(fill(words.title, names)))
      expect($('title').text()).toContain(words.title)
      expect(text($('.banner .lead').text())).toBe(text(fill(words.purchase, names)))
      expect(text($('.banner').text())).toContain(text(fill(words.happened, names)))
      expect(text($('.card').text())).toContain(text(fill(words.todo, names)))
      expect($('.card [data-reference]').text()).toBe(reference)
      expect($('.support').text()).toContain(reference)
      expect($('.banner').hasClass(errorPage(code).tone)).toBe(true)
    },
  )
})

describe('the way out', () => {
  const subscriptions = 'a.button[href="https://console.aws.amazon.com/marketplace/home#/subscriptions"]'

  it.each([
    'token-missing',
    'token-malformed',
    'token-invalid',
    'token-expired',
    'session-expired',
    'request-unreadable',
    'cookies-blocked',
    'form-outdated',
  ] as const)('of %s leads back over Manage subscriptions', async (code) => {
    const $ = await open(failure(code))
    expect($(subscriptions)).toHaveLength(1)
    expect(
      $('.way li')
        .toArray()
        .map((step) => text($(step).text())),
    ).toEqual(['AWS Marketplace', 'Manage subscriptions', names.product, 'Set up your account'])
  })

  it.each([
    'marketplace-busy',
    'service-busy',
    'marketplace-failed',
    'marketplace-unreachable',
    'customer-incomplete',
    'store-unavailable',
    'too-many-requests',
  ] as const)('of %s is to send the same again', async (code) => {
    const $ = await open(failure(code))
    expect($('#retry-form').attr('method')).toBe('post')
    expect($('#retry-form').attr('action')).toBe('/')
    expect($('#retry-form input[name="x-amzn-marketplace-token"]').attr('value')).toBe(token)
    expect($('#retry-form button').text()).toBe('Try again')
    $('#retry-form').remove()
    expect($.html()).not.toContain(token)
  })

  it.each(errorCodes.filter((code) => errorPage(code).action !== 'retry'))(
    'of %s holds nothing that was sent',
    async (code) => {
      expect(await render(failure(code))).not.toContain(token)
    },
  )

  it('of a failure without anything to send again leads back to AWS Marketplace', async () => {
    const $ = await open(failure('marketplace-busy', 'en', null))
    expect($('#retry-form')).toHaveLength(0)
    expect($(subscriptions)).toHaveLength(1)
  })

  it.each([
    'marketplace-disabled',
    'marketplace-denied',
    'connection-insecure',
    'product-unknown',
    'internal',
  ] as const)('of %s is support, with the reference in the subject', async (code) => {
    const $ = await open(failure(code))
    const href = $('.card a.button').attr('href') ?? ''
    expect(href).toMatch(/^mailto:support@northwind\.example\?subject=/)
    expect(decodeURIComponent(href)).toContain(reference)
  })

  it.each([
    ['form-outdated', '/registration'],
    ['form-forged', '/registration'],
    ['not-found', '/'],
    ['method-not-allowed', '/'],
  ] as const)('of %s is %s', async (code, path) => {
    const $ = await open(failure(code))
    expect($(`.card a.button[href="${path}"]`)).toHaveLength(1)
  })

  it('of blocked cookies says how to allow them', async () => {
    const $ = await open(failure('cookies-blocked'))
    expect($('.card .list li')).toHaveLength(3)
  })

  it('names the wait where it is known', async () => {
    const $ = await open(failure('marketplace-busy', 'de'))
    expect($('[data-wait]').attr('data-wait')).toBe('10')
    expect($('[data-wait]').text()).toBe('In 10 Sekunden können Sie es erneut versuchen.')
  })
})

describe('the registration page', () => {
  it('names the product, the AWS account and the end of the license', async () => {
    const $ = await open(form())
    expect(
      $('.facts dd')
        .toArray()
        .map((value) => $(value).text()),
    ).toEqual([names.product, '012345678901', 'l-0123456789abcdef'])
    expect($.html()).not.toContain('arn:aws')
  })

  it('leaves out a license that it cannot show', async () => {
    const $ = await open(
      pages.registration('en', { registration: { ...registration, licenseArn: null }, values: noValues, problems: {} }),
    )
    expect($('.facts dd')).toHaveLength(2)
  })

  it('helps browsers to fill it in', async () => {
    const $ = await open(form())
    const inputs = $('#registration-form .field input')
      .toArray()
      .map((input) => ['name', 'type', 'inputmode', 'autocomplete', 'required'].map((name) => $(input).attr(name)))
    expect(inputs).toEqual([
      ['email', 'email', 'email', 'email', 'required'],
      ['name', 'text', 'text', 'name', 'required'],
      ['company', 'text', 'text', 'organization', 'required'],
      ['phone', 'tel', 'tel', 'tel', undefined],
    ])
    expect($('#registration-form').attr('novalidate')).toBe('')
    expect($('#registration-form input[name=registration]').attr('value')).toBe(registration.id)
  })

  it('has status 200, and 422 with problems', () => {
    expect(form().status).toBe(200)
    expect(wrongForm().status).toBe(422)
  })

  it('sums up problems first, linked to their fields, and keeps what was typed', async () => {
    const $ = await open(wrongForm())
    expect($('title').text()).toBe('Error: Tell us who you are – Northwind Insights')
    expect($('.summary').attr('role')).toBe('alert')
    expect($('.summary').attr('tabindex')).toBe('-1')
    expect(
      $('.summary a')
        .toArray()
        .map((link) => [$(link).attr('href'), $(link).text()]),
    ).toEqual([
      ['#email', 'Enter an email address in the form name@example.com'],
      ['#name', 'Enter your name'],
    ])
    expect($('#email').attr('value')).toBe('wrong"><b>')
    expect($('#company').attr('value')).toBe('Müller & Söhne')
    expect($('#email').attr('aria-invalid')).toBe('true')
    expect($('#email').attr('aria-describedby')).toBe('email-hint email-problem')
    expect($('#email-problem').text()).toBe('Enter an email address in the form name@example.com')
    expect($('#company').attr('aria-invalid')).toBeUndefined()
  })

  it('is sent by Enter, not switched to another language', async () => {
    const $ = await open(form())
    const [first] = $('#registration-form button:not([type=button]), button[form=registration-form]').toArray()
    expect($(first).attr('name')).toBeUndefined()
    expect($(first).text()).toBe('Complete registration')
  })
})

describe('the confirmation', () => {
  it('shows who registered only masked', async () => {
    const html = await render(pages.complete('en', registration))
    expect(html).toContain('j•••@example.com')
    for (const secret of ['jane.doe', 'Jane Doe', 'Example Buyer', '206 555']) expect(html).not.toContain(secret)
  })

  it('gives the reference, what happens next, the log-in and the way to other contact details', async () => {
    const $ = await open(pages.complete('en', registration))
    expect($('[data-reference]').text()).toBe(registration.reference)
    expect($('.card .list li')).toHaveLength(3)
    expect($('a.button[href="https://app.northwind.example/login"]')).toHaveLength(1)
    expect($('a[href="/registration"]')).toHaveLength(1)
  })

  it.each([
    ['en', 'November 23, 2026 at 03:42 PM UTC'],
    ['de', '23. November 2026 um 15:42 UTC'],
    ['ja', '2026年11月23日 15:42 UTC'],
  ] as const)('dates it in %s', async (language, date) => {
    expect(
      text(
        (await open(pages.complete(language, registration)))('.facts')
          .text()
          .replaceAll(/[\u00a0\u202f]/g, ' '),
      ),
    ).toContain(date)
  })
})

it.each([
  ['start', pages.start('en')],
  ['registration', form()],
  ['complete', pages.complete('en', registration)],
] as const)('the %s page has a log-in link', async (_, page) => {
  const $ = await open(page)
  expect($('a[href="https://app.northwind.example/login"]').length).toBeGreaterThan(0)
})

describe('switching the language', () => {
  it.each(every('en').map((page) => [page.name, page] as const))(
    'of the %s page shows the same page again',
    async (name, page) => {
      const $ = await open(page)
      const button = $('button[name=language][value=fr]')
      expect([button.attr('formmethod'), button.attr('formaction')]).toEqual(['post', '/language'])
      const fields = $(`#${button.attr('form') ?? ''} input`)
        .toArray()
        .map((input) => [$(input).attr('name'), $(input).attr('value')] as const)
      const change = parseSwitch({ ...Object.fromEntries(fields), language: 'fr' })
      const shown = change?.shown
      expect(shown?.page === 'failure' ? shown.code : shown?.page).toBe(name)
      if (shown?.page === 'failure') {
        expect(shown.reference).toBe(reference)
        expect(shown.retry).toEqual(errorPage(shown.code).action === 'retry' ? retry : null)
      }
    },
  )

  it('of a page that is tried again by GET adds nothing to its address', async () => {
    const $ = await open(failure('store-unavailable', 'en', { method: 'get', action: '/registration', fields: {} }))
    expect($('#retry-form input')).toHaveLength(0)
    expect($('#language-form input[name=retry]').attr('value')).toBe('get /registration')
  })
})

it('leaves out what is not configured', async () => {
  const plain = createPages({ ...aBranding, supportEmail: null, listingUrl: null, privacyUrl: null, termsUrl: null })
  const $ = load(await render(plain.start('en')))
  expect(
    $('.support a')
      .toArray()
      .map((link) => $(link).attr('href')),
  ).toEqual(['https://northwind.example/support'])
  expect($('footer .links')).toHaveLength(0)
})

it('shows the logo, which the name beside it already says', async () => {
  const branded = createPages({ ...aBranding, logoUrl: 'https://northwind.example/logo.svg' })
  const $ = load(await render(branded.start('en')))
  expect([$('img').attr('src'), $('img').attr('alt')]).toEqual(['https://northwind.example/logo.svg', ''])
})
