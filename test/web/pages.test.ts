import { isDeepStrictEqual } from 'node:util'
import { load, type CheerioAPI } from 'cheerio'
import { describe, expect, it } from 'vitest'
import { errorCodes, type ErrorCode } from '../../src/errors.ts'
import { asksForMessage, errorPage, offersRetry } from '../../src/web/errors/error-pages.ts'
import { parseSwitch } from '../../src/web/pages/page-state.ts'
import { catalogs, fill, languages, type Language } from '../../src/i18n/languages.ts'
import type { CompleteInput } from '../../src/web/pages/complete.ts'
import type { Page, Retry } from '../../src/web/pages/pages.ts'
import { aBranding, aCompletion, aFailure, aForm, aRegistration, pagesOf, render } from '../support/pages.ts'

const pages = pagesOf()
const registration = aRegistration()
const reference = '6b1f0c2e-9d5a-4d7b-8f3e-2a1c5e7d9b04'
const token = 'AbC+/dEf=='
const retry: Retry = { method: 'post', action: '/', fields: { 'x-amzn-marketplace-token': token } }
const names = { product: aBranding.productName, seller: aBranding.sellerName }

const failure = (code: ErrorCode, language: Language = 'en', given: Retry | null = retry) => {
  const { status, retryAfterSeconds = null } = errorPage(code)
  return pages.failure(language, aFailure({ code, status, reference, retry: given, retryAfterSeconds }))
}
const form = (language: Language = 'en') => pages.registration(language, aForm())
const wrongForm = (language: Language = 'en') =>
  pages.registration(
    language,
    aForm({
      values: { email: 'wrong"><b>', name: '', company: 'Müller & Söhne', phone: '+1' },
      invalidFields: { email: 'invalid', name: 'missing' },
    }),
  )
const changeForm = (language: Language = 'en', typed = false) =>
  pages.registration(language, aForm({ registration, typed }))
const atOnce = new Date('2026-11-23T15:42:10Z')
const complete = (language: Language = 'en', typed: CompleteInput['typed'] = 'registered', now = atOnce) =>
  pages.complete(language, aCompletion({ typed, now }))
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
const attributes = ($: CheerioAPI, selector: string, name: string) =>
  $(selector)
    .toArray()
    .map((element) => $(element).attr(name) ?? '')

type Check = ($: CheerioAPI, page: Page) => unknown

/** The unexpected results of a check, by page. */
async function unlike(pages: readonly Page[], expected: unknown, check: Check) {
  const results = pages.map(async (page) => [page.name, check(await open(page), page)] as const)
  return (await Promise.all(results)).filter(([, result]) => !isDeepStrictEqual(result, expected))
}

describe.each(languages)('every page in %s', (language) => {
  it('every page has product, seller, support, one heading, language buttons and no unfilled names', async () => {
    const { layout } = catalogs[language]
    const check: Check = ($, page) => ({
      name: $('body').attr('data-page') === page.name,
      language: [page.language, $('html').attr('lang'), $('button[name=language][aria-current]').attr('value')],
      headings: $('h1').length,
      product: [$('title').text(), $('.brand').text()].every((part) => part.includes(names.product)),
      seller: $('.brand').text().includes(names.seller),
      support: [
        $('.support')
          .text()
          .includes(fill(layout.supportWrite, { email: 'support@northwind.example' })),
        $('.support a[href="https://northwind.example/support"]').length,
      ],
      languages: attributes($, 'button[name=language]', 'value'),
      unfilled: /undefined|\[object|\{\w+\}(?![^<]*>)/.exec($.html()),
    })
    const expected = {
      name: true,
      language: [language, language, language],
      headings: 1,
      product: true,
      seller: true,
      support: [true, 1],
      languages: [...languages],
      unfilled: null,
    }
    expect(await unlike(everyView(language), expected, check)).toEqual([])
  })

  it('every page has its own title that contains its heading', async () => {
    const opened = await Promise.all(every(language).map(open))
    const titles = opened.map(($) => $('title').text())
    expect(new Set(titles).size).toBe(titles.length)
    const check: Check = ($) => text($('title').text()).includes(text($('h1').text()))
    expect(await unlike(every(language), true, check)).toEqual([])
  })

  it('no page has inline styles or scripts or loads anything from another host', async () => {
    const check: Check = ($) => [
      $('style, [style], script:not([src]), script[src^="http"], link[href^="http"], img, iframe').length,
      $('*')
        .toArray()
        .flatMap((element) => Object.keys($(element).attr() ?? {}))
        .filter((name) => name.startsWith('on')),
    ]
    expect(await unlike(everyView(language), [0, []], check)).toEqual([])
  })

  it('every failure page says what happened, that the purchase is safe, and what to do, with support contact and reference', async () => {
    const check: Check = ($, { name }) => {
      const code = errorCodes.find((code) => code === name) ?? 'internal'
      const words = catalogs[language].failures[code]
      const has = (selector: string, sentence: string) => text($(selector).text()).includes(text(fill(sentence, names)))
      return [
        has('h1', words.title),
        has('.banner .lead', words.purchase),
        has('.banner', words.happened),
        has('.card', words.todo),
        $('[data-reference]').length,
        $('.card [data-reference]').text() === reference,
        decodeURIComponent($('.support a[href^=mailto]').attr('href') ?? '').includes(reference),
        $('.banner').hasClass(errorPage(code).tone),
      ]
    }
    const failures = errorCodes.map((code) => failure(code, language))
    expect(await unlike(failures, [true, true, true, true, 1, true, true, true], check)).toEqual([])
  })
})

describe('a failure page', () => {
  const subscriptions = 'https://console.aws.amazon.com/marketplace/home#/subscriptions'
  const mail = 'mailto:support@northwind.example'

  it('a failure page offers the action of its code', async () => {
    const offers = errorCodes.map(async (code) => {
      const $ = await open(failure(code))
      const links = attributes($, '.card a.button', 'href').map((href) => href.split('?')[0])
      return [code, [...($('#retry-form').length === 1 ? ['Try again'] : []), ...links]]
    })
    expect(Object.fromEntries(await Promise.all(offers))).toEqual({
      'token-missing': [subscriptions],
      'token-malformed': [subscriptions],
      'token-invalid': [subscriptions],
      'token-expired': [subscriptions],
      'marketplace-busy': ['Try again'],
      'service-busy': ['Try again'],
      'marketplace-failed': ['Try again'],
      'marketplace-unreachable': ['Try again'],
      'marketplace-disabled': [mail],
      'marketplace-denied': [mail],
      'customer-incomplete': ['Try again'],
      'product-unknown': [mail],
      'customer-mismatch': [mail],
      'connection-insecure': [mail],
      'session-expired': [subscriptions],
      'cookies-blocked': [subscriptions],
      'form-outdated': ['/registration', subscriptions],
      'form-forged': ['/registration'],
      'too-many-requests': ['Try again'],
      'request-unreadable': [subscriptions],
      'not-found': ['/'],
      'method-not-allowed': ['/'],
      'store-unavailable': ['Try again'],
      internal: ['Try again', mail],
    })
  })

  it('a failure page has the submitted values in its Try again form only', async () => {
    const check: Check = ($) => {
      const form = $('#retry-form')
      const sent = form.find('input[name="x-amzn-marketplace-token"]').attr('value') ?? token
      const method = form.attr('method') ?? 'post'
      form.remove()
      return [sent, method, $.html().includes(token)]
    }
    const failures = errorCodes.map((code) => failure(code))
    expect(await unlike(failures, [token, 'post', false], check)).toEqual([])
  })

  it('a failure page lists the steps in AWS Marketplace', async () => {
    const $ = await open(failure('token-expired'))
    const steps = $('.way li').toArray()
    expect(steps.map((step) => text($(step).text()))).toEqual([
      'AWS Marketplace',
      'Manage subscriptions',
      names.product,
      'Set up your account',
    ])
  })

  it('a failure page of a GET has a link to try again', async () => {
    const $ = await open(failure('store-unavailable', 'en', { method: 'get', action: '/registration', fields: {} }))
    expect($('.card form')).toHaveLength(0)
    expect($('.card a.button').attr('href')).toBe('/registration')
    expect($('.card a.button').text()).toBe('Try again')
    expect($('#language-form input[name=failure-retry]').attr('value')).toBe('get /registration')
  })

  it('a failure page links to AWS Marketplace if nothing can be sent again', async () => {
    const $ = await open(failure('marketplace-busy', 'en', null))
    expect($('#retry-form')).toHaveLength(0)
    expect($('.card a.button').attr('href')).toBe(subscriptions)
  })

  it('the page cookies-blocked explains how to allow cookies', async () => {
    const $ = await open(failure('cookies-blocked'))
    expect($('.card .list li')).toHaveLength(3)
    expect($('.card .list').text()).toContain('Allow cookies for register.northwind.example.')
  })

  const sessionExpired = (lostForm: boolean) =>
    open(pages.failure('en', aFailure({ code: 'session-expired', status: 403, lostForm })))

  it('the page session-expired says what to do if it appears again', async () => {
    const $ = await sessionExpired(false)
    expect($('.card h3').text()).toBe('If this page comes back')
    expect($('.card h3 + p').text()).toBe(
      'Your browser is probably blocking our cookie. Allow cookies for register.northwind.example, or use another browser.',
    )
    expect((await open(failure('token-expired')))('.card h3')).toHaveLength(0)
  })

  it('the page session-expired says that a form was lost only if one was submitted', async () => {
    const $ = await sessionExpired(true)
    expect($('.banner').text()).toContain('What you entered in the form was not saved.')
    expect($('.card .button').parent().next().text()).toBe('After that, fill in the form again.')
    expect((await sessionExpired(false))('main').text()).not.toMatch(/form|saved/)
  })

  it('the pages form-outdated and not-found have no label', async () => {
    const labels = await Promise.all(
      errorCodes.map(async (code) => [code, (await open(failure(code)))('.tone').length === 0] as const),
    )
    expect(labels.filter(([, none]) => none).map(([code]) => code)).toEqual([
      'form-outdated',
      'not-found',
      'method-not-allowed',
    ])
  })

  it('a failure page counts a short wait down in seconds and shows a long one in hours', async () => {
    const $ = await open(failure('marketplace-busy', 'de'))
    expect($('[data-wait]').attr('data-wait')).toBe('10')
    expect($('.waiting').text()).toBe('In 10 Sekunden können Sie es erneut versuchen.')
    const long = aFailure({ code: 'too-many-requests', status: 429, retry, retryAfterSeconds: 79_000 })
    const $long = await open(pages.failure('de', long))
    expect($long('[data-wait]')).toHaveLength(0)
    expect($long('.waiting').text()).toBe('In 22 Stunden können Sie es erneut versuchen.')
  })

  it('a failure page says whether it can be closed meanwhile', async () => {
    const meanwhile = ($: CheerioAPI) => $('#retry-form + p').text()
    expect(meanwhile(await open(failure('marketplace-busy')))).toBe(
      'Or close this page and choose “Set up your account” in AWS Marketplace later.',
    )
    const typed = failure('store-unavailable', 'en', { method: 'post', action: '/registration', fields: {} })
    expect(meanwhile(await open(typed))).toBe(
      'This page keeps what you entered, so you do not have to fill in the form again. Leave this page open.',
    )
  })

  it('a failure page asks for the reference and the AWS account if the seller must act', async () => {
    const asking = errorCodes.filter((code) => asksForMessage(errorPage(code).action)).map((code) => failure(code))
    const check: Check = ($) =>
      $('.card').text().includes('Email us this reference and your AWS account ID (12 digits).')
    expect(await unlike(asking, true, check)).toEqual([])
  })

  it('a failure page asks for no mail without an address', async () => {
    const plain = pagesOf({ supportEmail: null })
    const $ = await open(plain.failure('en', aFailure({ code: 'marketplace-denied', status: 500 })))
    expect($('.card').text()).toContain('Give our support this reference and your AWS account ID (12 digits).')
    expect($('.card a.button').attr('href')).toBe('https://northwind.example/support')
    expect($('body').text()).not.toContain('Email us')
  })
})

describe('the registration page', () => {
  it('the form shows the product on one line, with the AWS account, the reference and the end of the license', async () => {
    const $ = await open(form())
    expect(text($('summary').text())).toBe('Your purchase Northwind Insights')
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
  ])('the form shows the offer type %s if it is known', async (offerType, words) => {
    const $ = await open(pages.registration('en', aForm({ registration: aRegistration({ offerType }) })))
    const label = $('dt').filter((_, term) => $(term).text() === 'Offer, according to the link')
    expect(label.next().text()).toBe(words)
  })

  it('the form says which purchase it is for, and that nothing is charged', async () => {
    const $ = await open(form())
    expect($('h1').text()).toBe('Your contact details')
    expect($('h1 + .lead').text()).toBe(
      'This registration is for your purchase of Northwind Insights in AWS Marketplace. There is nothing to pay here.',
    )
    expect($('#registration-form').text()).toContain('Registering for a colleague? Enter their details instead.')
    const unnamed = await open(pagesOf({ productName: null }).registration('en', aForm()))
    expect(unnamed('h1 + .lead').text()).toBe(
      'This registration is for your purchase in AWS Marketplace. There is nothing to pay here.',
    )
  })

  it('the form promises a confirmation only if mails are sent', async () => {
    expect((await open(form()))('#email-hint').text()).toBe('We will send your confirmation here.')
    const silent = await open(pagesOf({ mailsBuyer: false }).registration('en', aForm()))
    expect(silent('#email-hint').text()).toBe('Northwind Analytics GmbH will contact you here.')
  })

  it('the form omits a license that it cannot show', async () => {
    const $ = await open(
      pages.registration('en', aForm({ registration: aRegistration({ contact: null, licenseArn: null }) })),
    )
    expect($('.facts dd')).toHaveLength(2)
  })

  it('the form has autocomplete attributes', async () => {
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

  it('the form has status 200, and 422 with an invalid field', () => {
    expect(form().status).toBe(200)
    expect(wrongForm().status).toBe(422)
  })

  it('the form begins with a summary of invalid fields with links, and keeps typed values', async () => {
    const $ = await open(wrongForm())
    expect($('title').text()).toBe('Error: Your contact details – Northwind Insights')
    expect($('.summary h2').text()).toBe('There is a problem')
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
    expect($('#email').attr('aria-describedby')).toBe('email-hint email-invalid')
    expect($('#email-invalid').text()).toBe('Enter an email address in the form name@example.com')
    expect($('#company').attr('aria-invalid')).toBeUndefined()
  })

  it('Enter submits the form and does not change the language', async () => {
    const $ = await open(form())
    const [first] = $('#registration-form button:not([type=button]), button[form=registration-form]').toArray()
    expect($(first).attr('name')).toBeUndefined()
    expect($(first).text()).toBe('Complete registration')
  })

  it('the name fields follow the direction of their script', async () => {
    const $ = await open(changeForm())
    for (const element of $('.field input, dd').toArray()) expect($(element).attr('dir')).toBe('auto')
  })

  it('the form shows the limit for a value that is too long', async () => {
    const $ = await open(
      pages.registration('en', aForm({ invalidFields: { email: 'too-long', name: 'too-long', phone: 'too-long' } })),
    )
    expect($('#email-invalid').text()).toBe('Use at most 254 characters for your email address')
    expect($('#name-invalid').text()).toBe('Use at most 200 characters for your name')
    expect($('#phone-invalid').text()).toBe('Use at most 50 characters for the phone number')
  })

  it('the form asks about a probably misspelled address like about an invalid field', async () => {
    const values = { email: 'jane@gmial.com', name: 'Jane', company: 'Example', phone: '' }
    const page = pages.registration('en', aForm({ values, suggestion: 'jane@gmail.com', asked: values.email }))
    const $ = await open(page)
    expect(page.status).toBe(422)
    expect($('.summary a').text()).toBe(
      'Did you mean jane@gmail.com? Correct the address, or send the form again if jane@gmial.com is right',
    )
    expect($('#email-invalid').text()).toBe($('.summary a').text())
    expect($('input[name=asked-email]').attr('value')).toBe('jane@gmial.com')
    expect($('#email').attr('value')).toBe('jane@gmial.com')
  })
})

describe('the page to change the contact details', () => {
  it('the change form shows stored details masked and links back', async () => {
    const $ = await open(changeForm())
    expect($('h1').text()).toBe('Change your contact details')
    expect($('main > .lead').text()).toBe(
      'You are registered. What you send here replaces the current contact details.',
    )
    expect(
      $('.stored dd')
        .toArray()
        .map((value) => $(value).text()),
    ).toEqual(['j•••@example.com', 'J•••', 'E•••', '•••00'])
    expect($('.stored h2').text()).toBe('Current contact details')
    expect($('.stored p').text()).toBe(
      'For your protection, this page shows only part of them, and the form below is empty. Enter all details again. ' +
        'Optional details that you leave empty are removed.',
    )
    expect($('.submit button').text()).toBe('Save changes')
    expect([$('.submit a').text(), $('.submit a').attr('href')]).toEqual(['Cancel', '/registration/complete'])
    expect($('.steps')).toHaveLength(0)
    expect($.html()).not.toMatch(/jane\.doe|Jane|Example Buyer|206 555/)
  })

  it('the change form shows details unmasked to the session that typed them', async () => {
    const $ = await open(changeForm('en', true))
    expect($('.stored dd').first().text()).toBe('jane.doe@example.com')
    expect($('.stored p')).toHaveLength(0)
  })

  it('the change form says that an empty optional phone field removes the stored number', async () => {
    const hint = async (page: Page) => text((await open(page))('#phone-hint').text())
    const removes = 'If you leave this field empty, the current phone number is removed.'
    expect(await hint(changeForm())).toContain(removes)
    expect(await hint(changeForm('en', true))).toContain(removes)
    expect(await hint(form())).not.toContain(removes)
    const contact = { email: 'jane.doe@example.com', name: 'Jane Doe', company: 'Example Buyer', phone: null }
    expect(await hint(pages.registration('en', aForm({ registration: aRegistration({ contact }) })))).not.toContain(
      removes,
    )
    const required = pagesOf({ phone: 'required' }).registration('en', aForm({ registration }))
    expect(await hint(required)).not.toContain(removes)
  })
})

describe('the confirmation', () => {
  const afterwards = new Date('2026-11-24T16:00:00Z')
  const justBefore = new Date('2026-11-24T15:59:59Z')

  it.each([null, 'registered', 'changed'] as const)(
    'the last page has the reference, the log-in link and the link to change details (%s)',
    async (typed) => {
      const $ = await open(complete('en', typed))
      expect($('[data-reference]').text()).toBe(registration.reference)
      expect($('a.button[href="https://app.northwind.example/login"]')).toHaveLength(1)
      expect($('a[href="/registration"]')).toHaveLength(1)
    },
  )

  it('the last page shows contact details unmasked only to the session that typed them', async () => {
    expect(await render(complete('en', 'registered'))).toContain('jane.doe@example.com')
    expect(await render(complete('en', 'changed'))).toContain('jane.doe@example.com')
    for (const now of [atOnce, afterwards]) {
      const html = await render(complete('en', null, now))
      expect(html).toContain('j•••@example.com')
      for (const secret of ['jane.doe', 'Jane Doe', 'Example Buyer', '206 555']) expect(html).not.toContain(secret)
    }
  })

  it('the last page says what happens next and by when', async () => {
    const $ = await open(complete())
    expect($('.card .list li')).toHaveLength(3)
    expect(text($('.list').text())).toContain(
      'By November 24, 2026 at 4:00 PM UTC, Northwind Analytics GmbH will send an email to jane.doe@example.com',
    )
    expect($('.list time').attr('datetime')).toBe('2026-11-24T16:00:00.000Z')
    expect($('a.button.quiet[href="https://app.northwind.example/login"]')).toHaveLength(1)
  })

  it('the last page says that a change is saved', async () => {
    const $ = await open(complete('en', 'changed'))
    expect($('h1').text()).toBe('Saved')
  })

  it('the last page shows a returning buyer the date of the registration and the promised time', async () => {
    const $ = await open(complete('en', null, justBefore))
    expect(text($('.banner').text())).toContain(
      'You registered for Northwind Insights on November 23, 2026 at 3:42 PM UTC.',
    )
    expect(text($('.list').text())).toContain(
      'will set up your access to Northwind Insights by November 24, 2026 at 4:00 PM UTC.',
    )
  })

  it.each([null, 'registered', 'changed'] as const)(
    'the last page says that the promised time has passed (%s)',
    async (typed) => {
      const $ = await open(complete('en', typed, afterwards))
      expect(text($('.banner').text())).toContain(
        'promised your access to Northwind Insights by November 24, 2026 at 4:00 PM UTC. This time has passed. ' +
          'If you cannot log in yet, look for an email from Northwind Analytics GmbH in your spam folder. If it is not ' +
          'there, contact support and quote the reference. You do not need to buy or register again.',
      )
      expect($('a.button:not(.quiet)').attr('href')).toContain('mailto:support@northwind.example')
      expect($('main').text()).not.toContain('ready.')
      expect($('.banner.done')).toHaveLength(0)
    },
  )

  const ready = aRegistration({
    readyAt: new Date('2026-11-23T17:00:00Z'),
    readyUrl: 'https://app.northwind.example/start',
    readyMessage: 'Welcome,\n<b>Jane</b>',
  })
  const shown = (input: Partial<CompleteInput>) =>
    open(pages.complete('en', aCompletion({ now: afterwards, ...input })))

  it('the last page shows ready access with time, link and plain-text message', async () => {
    const $ = await shown({ registration: ready })
    expect($('h1').text()).toBe('Your access is ready')
    expect(text($('.banner').text())).toContain('ready since November 23, 2026 at 5:00 PM UTC.')
    expect($('.banner a.button').attr('href')).toBe('https://app.northwind.example/start')
    expect($('.message').text()).toBe('Welcome,\n<b>Jane</b>')
    expect($('.message b')).toHaveLength(0)
    expect($('main').text()).not.toContain('promised')
  })

  it('the last page links to the log-in if access is ready without a link', async () => {
    const $ = await shown({ registration: { ...ready, readyUrl: null, readyMessage: null } })
    expect($('.banner a.button').attr('href')).toBe('https://app.northwind.example/login')
    expect($('.message')).toHaveLength(0)
  })

  it('the last page never shows an ended subscription as ready or with a handoff', async () => {
    const branded = pagesOf({ handoffUrl: 'https://app.northwind.example/' })
    const confirmation = { state: 'ended', endedAt: new Date('2026-12-01T08:00:00Z') } as const
    const $ = await open(
      branded.complete('en', aCompletion({ registration: ready, confirmation, typed: null, now: afterwards })),
    )
    expect($('h1').text()).toBe('Your subscription has ended')
    expect(text($('.banner').text())).toContain('ended on December 1, 2026 at 8:00 AM UTC.')
    expect($('.done')).toHaveLength(0)
    expect($('a[href="/registration/handoff"]')).toHaveLength(0)
    expect($('main').text()).not.toContain('Your access is ready')
    expect($('main a.button').text()).toBe('Contact support')
  })

  it.each([
    ['ready', { registration: ready }],
    ['ended', { confirmation: { state: 'ended', endedAt: afterwards } }],
  ] as const)('the last page says that a change is saved also if the subscription is %s', async (_, input) => {
    expect(text((await shown({ ...input, typed: 'changed' }))('.banner').text())).toContain(
      'Your new contact details for Northwind Insights are stored.',
    )
  })

  it('the last page shows a later start and a promised time that counts from it', async () => {
    const confirmation = { state: 'scheduled', startsAt: new Date('2027-01-01T00:00:00Z') } as const
    for (const now of [justBefore, afterwards]) {
      const $ = await shown({ confirmation, now })
      expect(text($('.banner').text())).toContain('Your subscription starts on January 1, 2027 at 12:00 AM UTC.')
      expect($('main').text()).not.toMatch(/November 24|promised/)
      expect(text($('.list').text())).toBe(
        'You do not need to do anything until your subscription starts. ' +
          'Northwind Analytics GmbH will set up your access to Northwind Insights by January 2, 2027 at 12:00 AM UTC. ' +
          'By January 2, 2027 at 12:00 AM UTC, Northwind Analytics GmbH will send an email to jane.doe@example.com with ' +
          'everything needed to log in. If no email has arrived by then, look in your spam folder. If it is not there ' +
          'either, contact support.',
      )
    }
  })

  it('the promised time begins with a subscription that starts after the registration', async () => {
    const startsAt = new Date('2026-12-01T08:20:00Z')
    const $ = await shown({ confirmation: { state: 'confirmed', startsAt }, now: startsAt })
    expect(text($('.list').text())).toContain('by December 2, 2026 at 9:00 AM UTC.')
    const earlier = { state: 'confirmed', startsAt: new Date('2026-11-01T08:00:00Z') } as const
    expect(text((await shown({ confirmation: earlier, now: justBefore }))('.list').text())).toContain(
      'by November 24, 2026 at 4:00 PM UTC.',
    )
  })

  it('the last page shows the address of the confirmation, masked for other sessions, only if one was sent', async () => {
    const sent = async (input: Partial<CompleteInput>) =>
      /We sent a confirmation to \S+\./.exec((await shown({ now: justBefore, ...input }))('main').text())?.[0] ?? null
    expect(await sent({})).toBe('We sent a confirmation to jane.doe@example.com.')
    expect(await sent({ typed: 'changed' })).toBe('We sent a confirmation to jane.doe@example.com.')
    expect(await sent({ typed: null })).toBe('We sent a confirmation to j•••@example.com.')
    expect(await sent({ progress: { isMailed: false, connectedAt: null } })).toBeNull()
  })

  it.each([
    ['en', 'November 23, 2026 at 3:42 PM UTC'],
    ['de', '23. November 2026 um 15:42 UTC'],
    ['ja', '2026年11月23日 15:42 UTC'],
  ] as const)('the last page formats dates in %s', async (language, date) => {
    const facts = (await open(complete(language)))('.facts').text()
    expect(text(facts.replaceAll(/[\u00a0\u202f]/g, ' '))).toContain(date)
  })
})

describe('the start page', () => {
  const banner = async (page: Page) => {
    const $ = await open(page)
    return [$('main > section').first().is('.banner'), $('.banner .lead').text(), $('.banner a').attr('href')]
  }

  it('the start page first links a registered buyer to the last page', async () => {
    expect(await banner(pages.start('en', registration))).toEqual([
      true,
      'You are registered.',
      '/registration/complete',
    ])
  })

  it('the start page first links an unregistered buyer to the form', async () => {
    const page = pages.start('en', { ...registration, status: 'landed' })
    expect(await banner(page)).toEqual([
      true,
      'You have started your registration. It is not complete yet.',
      '/registration',
    ])
    expect((await open(page))('.steps [aria-current]').text()).toContain('Enter your details')
  })

  it('the start page gives a buyer with a registration no advice for the first purchase', async () => {
    for (const status of ['landed', 'registered'] as const) {
      const $ = await open(pages.start('en', { ...registration, status }))
      const headings = $('.card h2').toArray()
      expect(headings.map((heading) => $(heading).text())).toEqual(['If you have bought again'])
      expect(text($('main > .aside').text())).toBe(
        status === 'landed'
          ? 'Already have an account? Complete this registration first, then log in here: Log in'
          : 'Already have an account? Log in',
      )
      expect($('main').text()).not.toContain('After you buy')
    }
    const headings = (await open(pages.start('en', null)))('.card h2')
    expect(headings.toArray().map((heading) => text(load(heading).text()))).toEqual([
      'If you have bought it',
      'If you have not bought it yet',
      'If you already have an account',
    ])
  })

  it('the start page has no such link without a registration', async () => {
    expect((await open(pages.start('en', null)))('.banner')).toHaveLength(0)
  })
})

describe('the mail to support', () => {
  const mailOf = async (page: Page) => new URL((await open(page))('.support a[href^=mailto]').attr('href') ?? '')
  const subjectAndBody = async (page: Page) => {
    const { searchParams } = await mailOf(page)
    return [searchParams.get('subject'), searchParams.get('body')]
  }

  it.each([form(), changeForm(), complete(), pages.start('en', registration)])(
    'the support mail has reference, product and AWS account of the page $name',
    async (page) => {
      expect(await subjectAndBody(page)).toEqual([
        'Northwind Insights registration, reference 7K3M-9QXW-2PAB',
        'Reference: 7K3M-9QXW-2PAB\r\nProduct: Northwind Insights\r\nAWS account ID: 012345678901\r\n\r\n',
      ])
    },
  )

  it('the support mail has an empty place for an unknown account', async () => {
    expect(await subjectAndBody(pages.start('en', null))).toEqual([
      'Northwind Insights registration',
      'Product: Northwind Insights\r\nAWS account ID: \r\n\r\n',
    ])
  })

  it('the support mail has the account of a failure if it is known', async () => {
    const failed = aFailure({ code: 'store-unavailable', status: 503, awsAccountId: '012345678901' })
    expect((await subjectAndBody(pages.failure('en', failed)))[1]).toContain('\r\nAWS account ID: 012345678901\r\n')
  })

  it('the support mail link is encoded for any names and address', async () => {
    const page = pagesOf({ productName: 'A&B? 50%+ ü', supportEmail: 'help+a&b@northwind.example' }).start('en', null)
    const href = (await open(page))('.support a[href^=mailto]').attr('href') ?? ''
    expect(href).toMatch(
      /^mailto:help%2Ba%26b@northwind\.example\?subject=A%26B%3F%2050%25%2B%20%C3%BC%20registration&body=/,
    )
    expect(href).toMatch(/^[\w:@.?=&%-]+$/)
  })

  it('the support mail contains nothing that the buyer typed', async () => {
    for (const page of [wrongForm(), changeForm('en', true), complete()])
      expect(decodeURIComponent((await mailOf(page)).href)).not.toMatch(/jane|Müller|wrong|Example Buyer/i)
  })
})

it('pages show the URL of the support page', async () => {
  expect(text((await open(pages.start('en', null)))('.support').text())).toContain('northwind.example/support')
})

it.each(['ja', 'zh-CN'] as const)('no space follows a full stop in %s', async (language) => {
  const check: Check = ($) =>
    $('p, li, h1, h2, dd, dt')
      .toArray()
      .filter((element) => /。[ \n]/.test($(element).text().trim())).length
  expect(await unlike(everyView(language), 0, check)).toEqual([])
})

it('start page, form and last page have a log-in link', async () => {
  const check: Check = ($) => $('a[href="https://app.northwind.example/login"]').length > 0
  expect(await unlike([pages.start('en', null), form(), complete()], true, check)).toEqual([])
})

it('the language buttons of every page show the same page again', async () => {
  const check: Check = ($, page) => {
    const button = $('button[name=language][value=fr]')
    const fields = $(`#${button.attr('form') ?? ''} input`).toArray()
    const sent = fields.map((input) => [$(input).attr('name') ?? '', $(input).attr('value')] as const)
    const shown = parseSwitch({ ...Object.fromEntries(sent), language: 'fr' })?.shown
    const asBefore =
      shown?.page === 'failure'
        ? shown.code === page.name &&
          shown.reference === reference &&
          isDeepStrictEqual(shown.retry, offersRetry(errorPage(shown.code).action) ? retry : null)
        : shown?.page === page.name
    return [button.attr('formmethod'), button.attr('formaction'), asBefore]
  }
  expect(await unlike(everyView('en'), ['post', '/language', true], check)).toEqual([])
})

it('pages omit what is not configured', async () => {
  const plain = pagesOf({ supportEmail: null, listingUrl: null, privacyUrl: null, termsUrl: null })
  const $ = load(await render(plain.start('en', null)))
  expect(
    $('.support a')
      .toArray()
      .map((link) => $(link).attr('href')),
  ).toEqual(['https://northwind.example/support'])
  expect($('footer .links')).toHaveLength(0)
})

it('the logo has no alternative text, because the name is beside it', async () => {
  const branded = pagesOf({ logoUrl: 'https://northwind.example/logo.svg' })
  const $ = load(await render(branded.start('en', null)))
  expect([$('img').attr('src'), $('img').attr('alt')]).toEqual(['https://northwind.example/logo.svg', ''])
  expect($('.monogram')).toHaveLength(0)
})

it.each([
  ['Northwind', 'N'],
  ['«öko»', 'Ö'],
  ['東京', '東'],
  ['***', ''],
])('without a logo, pages show the first letter of %s', async (productName, letter) => {
  const $ = load(await render(pagesOf({ productName }).start('en', null)))
  expect($('.monogram').text()).toBe(letter)
})
