import { load } from 'cheerio'
import { describe, expect, it } from 'vitest'
import type { CompleteInput } from '../../src/web/pages/complete.ts'
import { languages, type Language } from '../../src/i18n/languages.ts'
import { aCompletion, aForm, aRegistration, pagesOf, render } from '../support/pages.ts'

const pages = pagesOf({ handoffUrl: 'https://app.northwind.example/welcome' })
const connected = { isMailed: true, connectedAt: new Date('2026-11-23T15:50:00Z') }
const open = async (input: Partial<CompleteInput> = {}, language: Language = 'en') =>
  load(await render(pages.complete(language, aCompletion(input))))
type Opened = Awaited<ReturnType<typeof open>>
const text = (value: string) => value.replaceAll(/\s+/g, ' ').trim()
const steps = ($: Opened) =>
  $('.steps li')
    .toArray()
    .map((step) => [text($(step).text()), $(step).attr('aria-current') ?? null])

describe('the last page with a handoff', () => {
  it('with a handoff, connecting the account is the current step of the last page', async () => {
    expect(steps(await open())).toEqual([
      ['Buy in AWS Marketplace (completed)', null],
      ['Enter your details (completed)', null],
      ['Connect your account (current step)', 'step'],
    ])
    expect((await open())('.step').text()).toBe('Step 3 of 3: Connect your account')
  })

  it('with a handoff, the form also shows the step of connecting', async () => {
    const $ = load(await render(pages.registration('en', aForm())))
    expect(steps($).at(-1)).toEqual(['Connect your account', null])
  })

  it('with a handoff, the last page has one heading, the button above the explanation, and the log-in as a line', async () => {
    const $ = await open()
    expect($('h1').text()).toBe('You are registered. Now connect your account')
    expect($('main h2').length).toBe(2)
    expect($('main .card, .done')).toHaveLength(0)
    const [lead, button, explanation, otherwise] = $('.banner p')
      .toArray()
      .map((line) => text($(line).text()))
    expect([lead, button]).toEqual([
      'Your registration for Northwind Insights is complete.',
      'Continue to Northwind Insights',
    ])
    expect(explanation).toBe(
      'Log in to Northwind Insights or create an account there. Northwind Insights asks you to confirm, then connects your ' +
        'purchase with that account.',
    )
    expect(otherwise).toBe('Already connected? Log in')
    expect($('main a.button').attr('href')).toBe('/registration/handoff')
  })

  it('with a handoff, the last page shows no promised time', async () => {
    expect((await open())('main').text()).not.toContain('November 24')
  })

  it('once a code was redeemed, the last page says when the purchase was handed to the application', async () => {
    const $ = await open({ progress: connected, typed: null })
    expect($('h1').text()).toBe('You are registered')
    expect(text($('.banner .lead').text())).toBe(
      'Your purchase was handed to Northwind Insights on November 23, 2026 at 3:50 PM UTC.',
    )
    expect($('.banner a.button').attr('href')).toBe('https://app.northwind.example/login')
    expect(text($('.banner').text())).toContain(
      'If you confirmed the connection there, log in. Log in to Northwind Insights If not: Connect your account',
    )
    expect(steps($).at(-1)).toEqual(['Done (completed)', 'step'])
  })

  it('with a handoff, the last page says that changed details are saved', async () => {
    expect((await open({ typed: 'changed' }))('.banner .lead').text()).toBe(
      'Your new contact details for Northwind Insights are stored.',
    )
    const $ = await open({ typed: 'changed', progress: connected })
    expect($('h1').text()).toBe('Saved')
    expect(text($('.banner').text())).toContain(
      'are stored. Your purchase was handed to Northwind Insights on November 23, 2026 at 3:50 PM UTC.',
    )
  })

  it('with ready access, the last page has one button, and a line for buyers who still have to connect', async () => {
    const readyAt = new Date('2026-11-23T17:00:00Z')
    const ready = aRegistration({ readyAt, readyUrl: 'https://app.northwind.example/start' })
    const before = await open({ registration: ready })
    expect(before('h1').text()).toBe('Your access is ready')
    expect(before('main a.button').text()).toBe('Open Northwind Insights')
    expect(text(before('.banner').text())).toContain('Not connected yet? Connect your account first')
    expect(before('.banner').text()).not.toContain('Already have an account?')
    expect(text(before('main > .aside').text())).toBe('Already connected? Log in')
    expect(steps(before).at(-1)).toEqual(['Done (completed)', 'step'])
    const after = await open({ registration: ready, progress: connected })
    expect(text(after('.banner').text())).toContain('If you did not confirm the connection in Northwind Insights:')
    for (const $ of [before, after]) expect($('a[href="/registration/handoff"]')).toHaveLength(1)
  })
})

it.each(languages)('with a handoff, the last page is complete in %s', async (language) => {
  for (const input of [{}, { progress: connected }]) {
    const $ = await open(input, language)
    expect($('main a.button').text()).toContain('Northwind Insights')
    expect($.html()).not.toMatch(/\{\w+\}|undefined/)
  }
})
