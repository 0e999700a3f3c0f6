import { load } from 'cheerio'
import { describe, expect, it } from 'vitest'
import { errorCodes, type ErrorCode } from '../../src/errors.ts'
import { asksForMessage, errorPage, offersRetry } from '../../src/web/errors/error-pages.ts'
import { parseSwitch } from '../../src/web/pages/page-state.ts'
import { catalogues, fill, languages, type Language } from '../../src/i18n/languages.ts'
import type { CompleteInput } from '../../src/web/pages/complete.ts'
import { createPages, type Page, type Retry } from '../../src/web/pages/pages.ts'
import { aBranding, aForm, aRegistration, render } from '../support/pages.ts'

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
const form = (language: Language = 'en') => pages.registration(language, aForm())
const wrongForm = (language: Language = 'en') =>
  pages.registration(
    language,
    aForm({
      values: { email: 'wrong"><b>', name: '', company: 'Müller & Söhne', phone: '+1' },
      problems: { email: 'invalid', name: 'missing' },
    }),
  )
const changeForm = (language: Language = 'en', typed = false) =>
  pages.registration(language, aForm({ registration, typed }))
const atOnce = new Date('2026-11-23T15:42:10Z')
const complete = (language: Language = 'en', typed: CompleteInput['typed'] = 'registered', now = atOnce) =>
  pages.complete(language, { registration, confirmation: null, typed, now })
const every = (language: Language): readonly Page[] => [
  pages.start(language, null),
  form(language),
  wrongForm(language),
  complete(language),
  ...errorCodes.map((code) => failure(code, language)),
]
/** The same pages in other situations too. */
const everyView = (language: Language): readonly Page[] => [
  ...every(language),
  pages.start(language, registration),
  changeForm(language),
  complete(language, 'changed'),
  complete(language, null),
]
const open = async (page: Page) => load(await render(page))
const text = (value: string) => value.replaceAll(/\s+/g, ' ').trim()

describe.each(languages)('every page in %s', (language) => {
  it.each(everyView(language).map((page) => [page.name, page] as const))('%s is whole', async (name, page) => {
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

  it.each(everyView(language).map((page) => [page.name, page] as const))('%s has nothing inline', async (_, page) => {
    const $ = await open(page)
    expect($('style, [style], script:not([src]), script[src^="http"], link[href^="http"], img, iframe')).toHaveLength(0)
    const attributes = $('*')
      .toArray()
      .flatMap((element) => Object.keys($(element).attr() ?? {}))
    expect(attributes.filter((name) => name.startsWith('on'))).toEqual([])
  })

  it.each(errorCodes)(
    'the %s page says what happened, what becomes of the purchase, what to do and whom to ask, with one reference',
    async (code) => {
      const $ = await open(failure(code, language))
      const words = catalogues[language].failures[code]
      expect(text($('h1').text())).toBe(text(fill(words.title, names)))
      expect($('title').text()).toContain(words.title)
      expect(text($('.banner .lead').text())).toBe(text(fill(words.purchase, names)))
      expect(text($('.banner').text())).toContain(text(fill(words.happened, names)))
      expect(text($('.card').text())).toContain(text(fill(words.todo, names)))
      expect($('.card [data-reference]').text()).toBe(reference)
      expect($('[data-reference]')).toHaveLength(1)
      expect(decodeURIComponent($('.support a[href^=mailto]').attr('href') ?? '')).toContain(reference)
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
    'internal',
  ] as const)('of %s is to send the same again', async (code) => {
    const $ = await open(failure(code))
    expect($('#retry-form').attr('method')).toBe('post')
    expect($('#retry-form').attr('action')).toBe('/')
    expect($('#retry-form input[name="x-amzn-marketplace-token"]').attr('value')).toBe(token)
    expect($('#retry-form button').text()).toBe('Try again')
    $('#retry-form').remove()
    expect($.html()).not.toContain(token)
  })

  it.each(errorCodes.filter((code) => !offersRetry(errorPage(code).action)))(
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
  it('names the product in one line, and behind it the AWS account, the reference and the end of the license', async () => {
    const $ = await open(form())
    expect(text($('summary').text())).toBe('Your purchase Northwind Insights Details')
    expect($('details').attr('open')).toBeUndefined()
    expect(
      $('details .facts dd')
        .toArray()
        .map((value) => $(value).text()),
    ).toEqual(['012345678901', registration.reference, 'l-0123456789abcdef'])
    expect($.html()).not.toContain('arn:aws')
  })

  it.each([
    ['free-trial', 'Free trial'],
    ['<b>other</b>', ''],
    [null, ''],
  ])('says of the offer type %s what the link said, if we know it', async (offerType, words) => {
    const $ = await open(pages.registration('en', aForm({ registration: aRegistration({ offerType }) })))
    const label = $('dt').filter((_, term) => $(term).text() === 'Offer, as the link said')
    expect(label.next().text()).toBe(words)
  })

  it('leaves out a license that it cannot show', async () => {
    const $ = await open(
      pages.registration('en', aForm({ registration: aRegistration({ contact: null, licenseArn: null }) })),
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
    expect($('title').text()).toBe('Error: Who should get access to Northwind Insights? – Northwind Insights')
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

  it('reads names in the direction of their own script', async () => {
    const $ = await open(changeForm())
    for (const element of $('.field input, dd').toArray()) expect($(element).attr('dir')).toBe('auto')
  })

  it('says the limit where something is too long', async () => {
    const $ = await open(
      pages.registration('en', aForm({ problems: { email: 'too-long', name: 'too-long', phone: 'too-long' } })),
    )
    expect($('#email-problem').text()).toBe('Use at most 254 characters for your email address')
    expect($('#name-problem').text()).toBe('Use at most 200 characters for your name')
    expect($('#phone-problem').text()).toBe('Use at most 50 characters for the phone number')
  })

  it('asks about an address that is probably misspelled, as about a problem', async () => {
    const values = { email: 'jane@gmial.com', name: 'Jane', company: 'Example', phone: '' }
    const page = pages.registration('en', aForm({ values, suggestion: 'jane@gmail.com', asked: values.email }))
    const $ = await open(page)
    expect(page.status).toBe(422)
    expect($('.summary a').text()).toBe('Did you mean jane@gmail.com? If jane@gmial.com is right, send the form again')
    expect($('#email-problem').text()).toBe($('.summary a').text())
    expect($('input[name=asked]').attr('value')).toBe('jane@gmial.com')
    expect($('#email').attr('value')).toBe('jane@gmial.com')
  })
})

describe('the page to change the contact details', () => {
  it('says so, shows what is stored only masked, and leads back', async () => {
    const $ = await open(changeForm())
    expect($('h1').text()).toBe('Change your contact details')
    expect($('main > .lead').text()).toBe(
      'You are registered. What you send here replaces the present contact details.',
    )
    expect(
      $('.stored dd')
        .toArray()
        .map((value) => $(value).text()),
    ).toEqual(['j•••@example.com', 'J•••', 'E•••', '•••00'])
    expect($('.stored a').attr('href')).toBe('/registration/complete')
    expect($('.stored a').text()).toBe('Keep what I have')
    expect($('#registration-form p .button').text()).toBe('Save the new details')
    expect($('.steps')).toHaveLength(0)
    expect($.html()).not.toMatch(/jane\.doe|Jane|Example Buyer|206 555/)
  })

  it('shows them whole to the visit that typed them', async () => {
    const $ = await open(changeForm('en', true))
    expect($('.stored dd').first().text()).toBe('jane.doe@example.com')
  })
})

describe('the confirmation', () => {
  const afterwards = new Date('2026-11-24T16:00:00Z')
  const justBefore = new Date('2026-11-24T15:59:59Z')

  it.each([null, 'registered', 'changed'] as const)(
    'gives the reference, the log-in and the way to other contact details (%s)',
    async (typed) => {
      const $ = await open(complete('en', typed))
      expect($('[data-reference]').text()).toBe(registration.reference)
      expect($('a.button[href="https://app.northwind.example/login"]')).toHaveLength(1)
      expect($('a[href="/registration"]')).toHaveLength(1)
    },
  )

  it('shows who registered whole to the visit that typed it, and masked to anybody else', async () => {
    expect(await render(complete('en', 'registered'))).toContain('jane.doe@example.com')
    expect(await render(complete('en', 'changed'))).toContain('jane.doe@example.com')
    for (const now of [atOnce, afterwards]) {
      const html = await render(complete('en', null, now))
      expect(html).toContain('j•••@example.com')
      for (const secret of ['jane.doe', 'Jane Doe', 'Example Buyer', '206 555']) expect(html).not.toContain(secret)
    }
  })

  it('tells the visit that registered what happens next, and by when', async () => {
    const $ = await open(complete())
    expect($('.card .list li')).toHaveLength(3)
    expect(text($('.list').text())).toContain('By November 24, 2026 at 4:00 PM UTC, you will receive an email')
    expect($('.list time').attr('datetime')).toBe('2026-11-24T16:00:00.000Z')
    expect($('a.button.quiet[href="https://app.northwind.example/login"]')).toHaveLength(1)
  })

  it('says after a change that it is saved', async () => {
    const $ = await open(complete('en', 'changed'))
    expect($('h1').text()).toBe('Saved')
  })

  it('tells somebody who comes back when they registered, and leads to the log-in first', async () => {
    const $ = await open(complete('en', null, justBefore))
    expect(text($('.banner').text())).toContain(
      'You registered for Northwind Insights on November 23, 2026 at 3:42 PM UTC.',
    )
    expect(text($('.banner').text())).toContain('ready by November 24, 2026 at 4:00 PM UTC at the latest.')
    expect($('a.button:not(.quiet)').attr('href')).toBe('https://app.northwind.example/login')
  })

  it.each([null, 'registered', 'changed'] as const)('promises no hour that has passed (%s)', async (typed) => {
    const $ = await open(complete('en', typed, afterwards))
    expect($('time[datetime="2026-11-24T16:00:00.000Z"]')).toHaveLength(0)
    expect($('.banner').text()).toContain('Your access should be ready.')
    expect($('a.button:not(.quiet)').attr('href')).toBe('https://app.northwind.example/login')
  })

  it.each([
    ['en', 'November 23, 2026 at 3:42 PM UTC'],
    ['de', '23. November 2026 um 15:42 UTC'],
    ['ja', '2026年11月23日 15:42 UTC'],
  ] as const)('dates it in %s', async (language, date) => {
    const facts = (await open(complete(language)))('.facts').text()
    expect(text(facts.replaceAll(/[\u00a0\u202f]/g, ' '))).toContain(date)
  })
})

describe('waiting pages', () => {
  const waiting = errorCodes.filter((code) => offersRetry(errorPage(code).action))

  it.each(waiting)('say that the page may be closed: %s', async (code) => {
    const $ = await open(failure(code))
    expect($('#retry-form + p').text()).toBe(
      'Or close this page and choose “Set up your account” in AWS Marketplace later.',
    )
  })

  it.each(waiting)('say so not of a form that was typed, which is only there: %s', async (code) => {
    const $ = await open(failure(code, 'en', { method: 'post', action: '/registration', fields: {} }))
    expect($('#retry-form + p').text()).toBe('What you typed is kept. Leave this page open.')
  })
})

describe('pages that only the seller can mend', () => {
  const asking = errorCodes.filter((code) => asksForMessage(errorPage(code).action))

  it.each(asking)('ask for the reference and the AWS account number: %s', async (code) => {
    const $ = await open(failure(code))
    expect($('.card').text()).toContain('Email us this reference and your AWS account number.')
    expect($('.card a.button').attr('href')).toMatch(/^mailto:/)
  })

  it('ask for no mail where there is no address', async () => {
    const plain = createPages({ ...aBranding, supportEmail: null })
    const $ = await open(
      plain.failure('en', { code: 'marketplace-denied', status: 500, reference, retry: null, retryAfterSeconds: null }),
    )
    expect($('.card').text()).toContain('Give our support this reference and your AWS account number.')
    expect($('.card a.button').attr('href')).toBe('https://northwind.example/support')
    expect($('body').text()).not.toContain('Email us')
  })
})

describe('the start page', () => {
  it('tells a registered buyer so, with a link', async () => {
    const $ = await open(pages.start('en', registration))
    expect($('.banner').text()).toContain('You are registered.')
    expect($('.banner a').attr('href')).toBe('/registration/complete')
    expect((await open(pages.start('en', null)))('.banner')).toHaveLength(0)
  })
})

describe('the support mail', () => {
  it.each([
    ['form', form()],
    ['change', changeForm()],
    ['complete', complete()],
    ['registered start', pages.start('en', registration)],
  ] as const)('of the %s page carries the reference in its subject', async (_, page) => {
    const $ = await open(page)
    expect(decodeURIComponent($('.support a[href^=mailto]').attr('href') ?? '')).toMatch(/, reference 7K3M-9QXW-2PAB$/)
  })

  it('stands beside the address of the support page', async () => {
    expect(text((await open(pages.start('en', null)))('.support').text())).toContain('northwind.example/support')
  })
})

it.each(['ja', 'zh-CN'] as const)('no space follows a full stop in %s', async (language) => {
  for (const page of everyView(language)) {
    const $ = await open(page)
    for (const element of $('p, li, h1, h2, dd, dt').toArray()) expect($(element).text().trim()).not.toMatch(/。[ \n]/)
  }
})

it.each([
  ['start', pages.start('en', null)],
  ['registration', form()],
  ['complete', complete()],
] as const)('the %s page has a log-in link', async (_, page) => {
  const $ = await open(page)
  expect($('a[href="https://app.northwind.example/login"]').length).toBeGreaterThan(0)
})

describe('switching the language', () => {
  it.each(everyView('en').map((page) => [page.name, page] as const))(
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
        expect(shown.retry).toEqual(offersRetry(errorPage(shown.code).action) ? retry : null)
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
  const $ = load(await render(plain.start('en', null)))
  expect(
    $('.support a')
      .toArray()
      .map((link) => $(link).attr('href')),
  ).toEqual(['https://northwind.example/support'])
  expect($('footer .links')).toHaveLength(0)
})

it('shows the logo, which the name beside it already says', async () => {
  const branded = createPages({ ...aBranding, logoUrl: 'https://northwind.example/logo.svg' })
  const $ = load(await render(branded.start('en', null)))
  expect([$('img').attr('src'), $('img').attr('alt')]).toEqual(['https://northwind.example/logo.svg', ''])
  expect($('.monogram')).toHaveLength(0)
})

it.each([
  ['Northwind', 'N'],
  ['«öko»', 'Ö'],
  ['東京', '東'],
  ['***', ''],
])('where there is no logo, shows the first letter of %s', async (productName, letter) => {
  const $ = load(await render(createPages({ ...aBranding, productName }).start('en', null)))
  expect($('.monogram').text()).toBe(letter)
})
