import { load } from 'cheerio'
import { describe, expect, it } from 'vitest'
import type { MailBody } from '../../src/delivery/mail-body.ts'
import { instant } from '../../src/i18n/instant.ts'
import { catalogs, fill, languages } from '../../src/i18n/languages.ts'
import { createComplete } from '../../src/web/pages/complete.ts'
import { subscriptionData } from '../../src/domain/subscription-data.ts'
import { aSubscription } from '../support/a-subscription.ts'
import { before, buyerMails, mailsOf, sellerMail, typed } from '../support/mails.ts'
import { aBranding, aCompletion } from '../support/pages.ts'

const reference = '7K3M-9QXW-2PAB'
/** 24 hours after the registration, at the next full hour. */
const due = new Date('2026-11-24T16:00:00Z')
const names = { product: aBranding.productName, seller: aBranding.sellerName }
const addressed = (type: Parameters<typeof mailsOf>[0], options: Parameters<typeof mailsOf>[1] = {}) =>
  mailsOf(type, options).map(({ audience, to }) => `${audience} ${String(to)}`)
const sellers = ['seller sales@northwind.example', 'seller ops@northwind.example']
const squeezed = (text: string) => text.replace(/\s+/g, ' ').trim()
const bodyText = (html: string) => squeezed(load(html)('body').text())

describe('who is written to', () => {
  it('a registration sends mails to the buyer and to each address of the seller', () => {
    expect(addressed('registration.completed')).toEqual([`buyer ${typed.email}`, ...sellers])
  })

  it('a changed address also sends a mail to the previous one', () => {
    expect(addressed('registration.changed')).toEqual([`buyer ${before.email}`, `buyer ${typed.email}`, ...sellers])
  })

  it.each([
    ['stayed', { ...before, email: typed.email }],
    ['differs in capitals only', { ...before, email: typed.email.toUpperCase() }],
    ['was erased', null],
  ])('only the registered address gets a mail if the previous one %s', (_, previous) => {
    expect(addressed('registration.changed', { previous })).toEqual([`buyer ${typed.email}`, ...sellers])
  })

  it('an abandoned landing sends a mail to the seller only', () => {
    expect(addressed('registration.abandoned', { contact: null })).toEqual(sellers)
  })

  it('nobody but the seller gets a mail about a registration whose details were erased', () => {
    expect(addressed('registration.completed', { contact: null })).toEqual(sellers)
    expect(addressed('registration.ready', { contact: null })).toEqual([])
  })

  it('a test sends a mail to the seller only', () => {
    expect(addressed('test')).toEqual(sellers)
  })
})

describe.each(languages)('each mail to a buyer in %s', (language) => {
  const words = catalogs[language]
  const mails = [...buyerMails(language)]

  it.each(mails)('a mail is complete as text and HTML: %s', (name, mail) => {
    const parts = [squeezed(mail.text), bodyText(mail.html)]
    const said = Object.entries(words.mail[name as 'registered']).filter(([key]) => key !== 'subject')
    const time = instant(language, due)
    for (const part of parts) {
      for (const [, sentence] of said) expect(part).toContain(squeezed(fill(sentence, { ...names, time, reference })))
      expect(part).toContain(reference)
      expect(part).toContain('support@northwind.example')
      expect(part).not.toMatch(/undefined|\[object|\{\w+\}|null/)
    }
    expect(mail.subject).toContain(aBranding.productName)
    expect(mail.subject).not.toMatch(/[\r\n{}]/)
    expect(load(mail.html)('html').attr('lang')).toBe(language)
  })

  it.each(mails)('a mail to a buyer contains nothing that the buyer typed: %s', (_, mail) => {
    for (const part of Object.values(mail).map(String))
      expect(part).not.toMatch(/typed|old\.?(address|name|company)|evil|7654321/i)
  })

  it.each(mails)('a mail loads nothing and has no scripts: %s', (_, { html }) => {
    const $ = load(html)
    expect($('img, script, link, iframe, object, embed, video, audio, source, form, base, svg').length).toBe(0)
    expect($('[src], [srcset], [background], [onload]').length).toBe(0)
    expect(html).not.toMatch(/url\(|@import|@font-face|javascript:/i)
  })

  it.each(mails)('a mail links to the log-in page and to support only: %s', (name, mail) => {
    const links = load(mail.html)('a')
      .toArray()
      .map(({ attribs }) => attribs['href']?.replace(/\?.*/, ''))
    const support = ['mailto:support@northwind.example', aBranding.supportUrl]
    expect(links).toEqual(name === 'replaced' ? support : [aBranding.signInUrl, ...support])
    expect(mail.text.match(/https?:\S+/g)).toEqual(
      name === 'replaced' ? [aBranding.supportUrl] : [aBranding.signInUrl, aBranding.supportUrl],
    )
  })
})

describe.each(languages)('what a mail promises in %s', (language) => {
  const branding = { ...aBranding, accessWithinHours: 48 }
  const toBuyer = (...[type, options]: Parameters<typeof mailsOf>) =>
    squeezed(mailsOf(type, { language, ...options }).findLast(({ audience }) => audience === 'buyer')?.mail.text ?? '')
  const { complete, mail } = catalogs[language]

  it('a mail promises the same hour as the last page, with time zone', () => {
    const now = new Date('2026-11-23T15:42:00Z')
    const page = JSON.stringify(createComplete(branding)(language, aCompletion({ now })))
    const time = instant(language, new Date('2026-11-25T16:00:00Z'))
    expect(time).toContain('UTC')
    expect(page).toContain(time)
    for (const type of ['registration.completed', 'registration.changed'] as const)
      expect(toBuyer(type, { branding })).toContain(squeezed(time))
  })

  it('a mail does not promise a time that has passed', () => {
    const hour = squeezed(instant(language, due))
    const late = toBuyer('registration.changed', { occurredAt: due })
    expect(late).not.toContain(complete.nextTitle)
    expect(late).not.toContain(hour)
    expect(toBuyer('registration.changed', { occurredAt: new Date(due.getTime() - 1) })).toContain(hour)
  })

  it('a mail promises no time if there is a handoff', () => {
    for (const type of ['registration.completed', 'registration.changed'] as const) {
      const text = toBuyer(type, { branding: { ...aBranding, handoffUrl: 'https://app.example.com/' } })
      const { open, openAgain, ...others } = mail.handoff
      const first = type === 'registration.completed' ? open : openAgain
      for (const sentence of [first, ...Object.values(others), complete.handoffLink, complete.alreadyConnected])
        expect(text).toContain(squeezed(fill(sentence, names)))
      expect(text).not.toContain(squeezed(instant(language, due)))
      expect(text).not.toContain(squeezed(fill(mail.registered.prepare, names)))
    }
  })
})

describe('with a handoff, the mails after the form and after a change', () => {
  const branding = { ...aBranding, handoffUrl: 'https://app.example.com/' }
  const mailOf = (type: Parameters<typeof mailsOf>[0], region = 'us-east-1') =>
    mailsOf(type, { branding, region }).findLast(({ audience }) => audience === 'buyer')?.mail

  it.each([
    ['registration.completed', 'Open your AWS Marketplace subscriptions.'],
    ['registration.changed', 'If your account is not connected yet, open your AWS Marketplace subscriptions.'],
  ] as const)('with a handoff, mails link to the AWS subscriptions, with the log-in link below (%s)', (type, first) => {
    const mail = mailOf(type)
    const $ = load(mail?.html ?? '')
    const [button, signIn] = $('a').toArray()
    expect([$(button).text(), $(button).attr('href')]).toEqual([
      'Finish setting up Northwind Insights',
      'https://console.aws.amazon.com/marketplace/home#/subscriptions',
    ])
    expect([squeezed($(signIn).parent().text()), $(signIn).attr('href')]).toEqual([
      'Already connected? Log in',
      'https://app.northwind.example/login',
    ])
    expect(
      $('ol li')
        .toArray()
        .map((step) => $(step).text()),
    ).toEqual([
      first,
      'Find Northwind Insights there and choose “Set up your account”.',
      'On our page, choose “Continue to Northwind Insights”.',
      'Log in to Northwind Insights or create an account there. Northwind Insights asks you to confirm, then connects your ' +
        'purchase with that account.',
    ])
    expect(mail?.text).toContain(
      'Finish setting up Northwind Insights:\nhttps://console.aws.amazon.com/marketplace/home#/subscriptions',
    )
  })

  it('mails link to the AWS console of the partition', () => {
    expect(mailOf('registration.completed', 'cn-northwest-1')?.text).toContain(
      'https://console.amazonaws.cn/marketplace/home#/subscriptions',
    )
  })
})

it('mails write the colon of labels and links as the language does', () => {
  const branding = { ...aBranding, handoffUrl: 'https://app.example.com/' }
  const textIn = (language: string) => mailsOf('registration.completed', { language, branding })[0]?.mail.text
  expect(textIn('fr')).toContain('Se connecter\u00a0:\n')
  expect(textIn('fr')).toContain('Terminer la configuration de Northwind Insights\u00a0:\n')
  expect(textIn('fr')).toContain('ID de compte AWS\u00a0: 012345678901')
  expect(textIn('zh-CN')).toContain('AWS 账户 ID：012345678901')
})

it('the mails after the form and after a change have the AWS account and the date, and the notice to a former address has not', () => {
  const [registered, replaced, changed] = [
    ...mailsOf('registration.completed').slice(0, 1),
    ...mailsOf('registration.changed').slice(0, 2),
  ]
  for (const written of [registered, changed])
    expect(written?.mail.text).toContain(
      'Product: Northwind Insights\nAWS account ID: 012345678901\nRegistered on: November 23, 2026 at 3:42',
    )
  for (const part of Object.values(replaced?.mail ?? {}).map(String)) expect(part).not.toContain('012345678901')
})

it('the mails before the start of a subscription have the start, and a promised time that counts from it', () => {
  const startsAt = new Date('2026-12-24T12:00:00Z')
  const subscription = subscriptionData({ ...aSubscription(), state: 'scheduled', startsAt })
  const [registered, seller] = mailsOf('registration.completed', { subscription })
  const changed = mailsOf('registration.changed', { subscription })[1]
  expect(squeezed(registered?.mail.text ?? '')).toContain(
    '- Your subscription starts on December 24, 2026 at 12:00 PM UTC. ' +
      '- Northwind Analytics GmbH will set up your access to Northwind Insights. You do not need to do anything. ' +
      '- By December 25, 2026 at 12:00 PM UTC, Northwind Analytics GmbH will send another email to this address with ' +
      'everything needed to log in. ',
  )
  expect(squeezed(changed?.mail.text ?? '')).toContain(
    '- Your subscription starts on December 24, 2026 at 12:00 PM UTC. ' +
      '- If you cannot log in yet, Northwind Analytics GmbH will send everything you need to this address by ' +
      'December 25, 2026 at 12:00 PM UTC. ',
  )
  expect(squeezed(seller?.mail.text ?? '')).toContain('by December 25, 2026 at 12:00 PM UTC.')
})

it('the mails about a change say who can make one and what to do if it was not expected', () => {
  for (const { mail } of mailsOf('registration.changed').slice(0, 2))
    for (const part of [squeezed(mail.text), bodyText(mail.html)])
      expect(part).toContain(
        'Anyone who opens this registration from AWS Marketplace with the AWS account of the purchase can change its contact details. ' +
          `If you did not expect this change, contact support as soon as you can and quote the reference ${reference}.`,
      )
})

it('mails keep the reference on one line, and Japanese and Chinese sentences together', () => {
  for (const language of languages)
    for (const { html } of buyerMails(language).values()) {
      const $ = load(html)
      $('[style*="nowrap"]').remove()
      expect($('body').text()).not.toContain(reference)
    }
  for (const language of ['ja', 'zh-CN'] as const)
    expect(buyerMails(language).get('registered')?.text).not.toMatch(/。 /)
})

it('mails are in English if the language is not known', () => {
  for (const language of [null, 'tlh', 'toString'])
    expect(mailsOf('registration.completed', { language })[0]?.mail.subject).toBe(
      fill(catalogs.en.mail.registered.subject, names),
    )
})

it('mails come from the seller, and replies go to the support address', () => {
  const of = (supportEmail: string | null): MailBody | undefined =>
    mailsOf('registration.completed', { branding: { ...aBranding, supportEmail } })[0]?.mail
  expect(of('support@northwind.example')).toMatchObject({
    from: { name: aBranding.sellerName, address: 'no-reply@northwind.example' },
    replyTo: 'support@northwind.example',
  })
  expect(of(null)).toMatchObject({ replyTo: null })
  expect(of(null)?.html).not.toContain('mailto:')
})

it('mails escape the names of product and seller', () => {
  const branding = { ...aBranding, productName: '<i>A&B</i>', sellerName: '"C" <script>' }
  const mail = mailsOf('registration.completed', { branding })[0]?.mail
  expect(load(mail?.html ?? '')('i, script').length).toBe(0)
  expect(mail?.text).toContain('<i>A&B</i>')
})

describe('the mail to the seller', () => {
  it('the mail to the seller has the details in both parts, without control and bidi characters', () => {
    const { subject, text, html } = sellerMail('registration.completed')
    expect(subject).toBe(`New registration: ${aBranding.productName}, ${reference}`)
    for (const part of [squeezed(text), bodyText(html)])
      for (const value of [
        ...[reference, 'product-code', '012345678901', 'license:l-0123456789abcdef', typed.email, typed.phone],
        ...['Typedname <b>Bold</b>evil', 'Typedcompany https://phishing.example & "Söhne"'],
      ])
        expect(part).toContain(value)
    expect(load(html)('b').length).toBe(0)
    expect(subject + text + html).not.toMatch(/\u202e/)
  })

  it('the mail to the seller has the promised time of the last page', () => {
    const hour = 'by November 24, 2026 at 4:00 PM UTC.'
    const withHandoff = { ...aBranding, handoffUrl: 'https://app.example.com/' }
    expect(squeezed(sellerMail('registration.completed').text)).toContain(hour)
    const [, led] = mailsOf('registration.completed', { branding: withHandoff })
    expect(led?.mail.text).toContain('HANDOFF_URL')
    expect(squeezed(led?.mail.text ?? '')).not.toContain(hour)
  })

  it('the mail to the seller has the answers with the labels that the buyer saw', () => {
    const fields = {
      fields: { use_case: 'Sales\n\u202eforecasts', region: 'eu', terms: true, news: false, size: null },
      fieldLabels: { use_case: 'Wofür?', region: 'Data region', terms: 'I accept.', news: 'News' },
    }
    const seller = mailsOf('registration.completed', { fields }).find(({ audience }) => audience === 'seller')
    for (const part of [squeezed(seller?.mail.text ?? ''), bodyText(seller?.mail.html ?? '')])
      expect(part).toMatch(
        /Wofür\?:? Sales forecasts .*Data region:? eu .*I accept\.:? yes .*News:? no .*size:? not given/,
      )
  })

  it('the mail to the seller has the details before a change', () => {
    for (const value of [before.email, before.name, before.company])
      expect(sellerMail('registration.changed').text).toContain(value)
  })

  it('the mail to the seller about an abandoned landing has the known facts', () => {
    const { subject, text } = sellerMail('registration.abandoned')
    expect(subject).toMatch(/^Unfinished registration: /)
    for (const value of [reference, 'product-code', '012345678901', 'Email address: not given'])
      expect(text).toContain(value)
  })

  it('a test mail to the seller is marked as a test and names no registration', () => {
    const { subject, text, html } = sellerMail('test')
    expect(subject).toBe(`Test: ${aBranding.productName}`)
    for (const part of [squeezed(text), bodyText(html)]) {
      expect(part).toMatch(/This is a test Mail about registrations reaches this address\. Nobody registered/)
      expect(part).not.toMatch(/Reference|undefined|null/)
    }
  })

  it('the subject of a mail to the seller contains nothing that a buyer typed', () => {
    for (const type of ['registration.completed', 'registration.changed'] as const)
      expect(sellerMail(type).subject).not.toMatch(/typed|old/i)
  })
})
