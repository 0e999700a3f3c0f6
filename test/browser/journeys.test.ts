import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ScenarioName } from '../../simulator/src/scenarios/scenarios.ts'
import { launchBrowser, overflow } from '../support/browser.ts'
import { contact, tokenField } from '../support/browse.ts'
import {
  arrive,
  findButton,
  nameOf,
  openStage,
  openVisit,
  shows,
  submit,
  type,
  typed,
  type Stage,
} from '../support/journey.ts'

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser.close()
})

const empty = { email: '', name: '', company: '', phone: '' }

async function open(overrides: Parameters<typeof openStage>[0] = {}): Promise<{ stage: Stage; page: Page }> {
  const stage = await openStage(overrides)
  return { stage, page: await openVisit(browser, stage) }
}

/** The last page shows the reference that the seller finds in the table. */
async function expectRegistered(page: Page, { rows }: Stage, values: Readonly<Record<string, string>> = contact) {
  await shows(page, 'complete')
  const [row, ...others] = rows()
  expect(others).toEqual([])
  expect(row).toMatchObject({ status: 'registered', ...values })
  expect(await page.textContent('[data-reference]')).toBe(row?.['reference'])
}

describe('“Set up your account” ends on the page', () => {
  const ends: Readonly<Record<ScenarioName, string>> = {
    'new-buyer': 'registration',
    'same-license': 'registration',
    'second-license': 'registration',
    'free-trial': 'registration',
    legacy: 'registration',
    'no-license': 'registration',
    'late-license': 'registration',
    'channel-partner': 'registration',
    'future-dated': 'registration',
    'single-use': 'registration',
    expired: 'token-expired',
    invalid: 'token-invalid',
    'other-product': 'product-unknown',
    throttled: 'marketplace-busy',
    'throttled-twice': 'registration',
    'internal-error': 'marketplace-failed',
    'internal-error-once': 'registration',
    'html-502': 'marketplace-failed',
    'empty-answer': 'customer-incomplete',
    'connection-reset': 'marketplace-unreachable',
    slow: 'registration',
    hanging: 'marketplace-unreachable',
    disabled: 'marketplace-disabled',
    'access-denied': 'marketplace-denied',
    'unrecognized-client': 'marketplace-denied',
    'expired-credentials-400': 'marketplace-denied',
    'expired-credentials-403': 'marketplace-denied',
    'expired-credentials-message': 'marketplace-denied',
  }

  it('each scenario of “Set up your account” ends on its page', async () => {
    const { stage, page } = await open()
    for (const [scenario, name] of Object.entries(ends) as [ScenarioName, string][]) {
      await arrive(page, stage, scenario, { on: name }).catch((cause: unknown) => {
        throw new Error(scenario, { cause })
      })
      expect([scenario, new URL(page.url()).pathname]).toEqual([
        scenario,
        name === 'registration' ? '/registration' : '/',
      ])
    }
  }, 180_000)

  it('every button of the subscriptions page is tested', async () => {
    const { stage, page } = await open()
    await page.goto(stage.simulator.url)
    const buttons = await page
      .locator('form[data-scenario]')
      .evaluateAll((forms) => forms.map((form) => form.getAttribute('data-scenario')))
    expect(buttons.toSorted()).toEqual(Object.keys(ends).toSorted())
  })
})

describe('a buyer registers', () => {
  it('a buyer registers by mouse, and later landings lead to the confirmation', async () => {
    const { stage, page } = await open()
    await arrive(page, stage, 'same-license')
    await type(page)
    await page.click(submit)
    await expectRegistered(page, stage)
    await arrive(page, stage, 'same-license', { on: 'complete' })
    expect(await page.textContent('.facts')).toContain('j•••@example.com')
    await expectRegistered(page, stage)
  })

  it('a buyer registers by keyboard only', async () => {
    const { stage, page } = await open()
    await page.goto(stage.simulator.url)
    await tabTo(page, 'form[data-scenario="new-buyer"] button')
    await page.keyboard.press('Enter')
    await shows(page, 'registration')
    expect(await tabTo(page, '.skip')).toBe(1)
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.activeElement?.id === 'content')

    // The incomplete form is shown again, and its summary links to the first invalid field.
    await tabTo(page, '#email')
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.activeElement?.matches('.summary') === true)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    for (const [name, value] of Object.entries(contact)) {
      await page.waitForFunction((id) => document.activeElement?.id === id, name)
      await page.keyboard.type(value)
      await page.keyboard.press('Tab')
    }
    await tabTo(page, submit)
    await page.keyboard.press('Enter')
    await expectRegistered(page, stage)
  })

  it('a buyer registers without JavaScript', async () => {
    const stage = await openStage()
    const page = await openVisit(browser, stage, { javaScriptEnabled: false })
    await arrive(page, stage, 'new-buyer')
    await page.fill('#email', 'jane')
    await page.click(submit)
    await page.locator('.summary').waitFor()
    expect(await typed(page)).toEqual({ ...empty, email: 'jane' })
    await type(page)
    await page.click(submit)
    await expectRegistered(page, stage)
  })

  it('a buyer registers on a phone by touch', async () => {
    const stage = await openStage()
    const page = await openVisit(browser, stage, {
      viewport: { width: 390, height: 800 },
      hasTouch: true,
      isMobile: true,
    })
    await arrive(page, stage, 'new-buyer')
    await type(page)
    await page.tap(submit)
    await expectRegistered(page, stage)
  })
})

it('two buyers who continue, on a phone and on a desktop, are each shown their own purchase by the seller’s application', async () => {
  const stage = await openStage({ env: { HANDOFF_SECRET: 'continue-secret-of-at-least-32-characters' } })
  const buyers = [
    { email: 'phone@example.com', viewport: { width: 390, height: 800 }, isMobile: true },
    { email: 'desktop@example.com', viewport: { width: 1280, height: 800 }, isMobile: false },
  ]
  const pages: Page[] = []
  for (const { email, ...screen } of buyers) {
    const page = await openVisit(browser, stage, screen)
    await arrive(page, stage, 'new-buyer')
    await type(page, { ...contact, email })
    await page.click(submit)
    await shows(page, 'complete')
    pages.push(page)
  }
  for (const [index, page] of pages.entries()) {
    await page.click('main a.button:not(.quiet)')
    await page.waitForURL(`${stage.simulator.url}/application/arrivals/*`)
    const row = stage.rows().find(({ email }) => email === buyers[index]?.email)
    const names = await page.locator('.facts dt').allTextContents()
    const values = await page.locator('.facts dd').allTextContents()
    expect(Object.fromEntries(names.map((name, i) => [name, values[i]]))).toMatchObject({
      Reference: row?.['reference'],
      'AWS account': row?.['aws_account_id'],
      Email: buyers[index]?.email,
      License: row?.['license_arn'],
    })
    expect(await overflow(page)).toBe(0)
    await page.click('button.go')
    await expect.poll(() => page.textContent('h1')).toBe('The purchase is linked')
  }
})

describe('a double click on “Set up your account” ends on the form', () => {
  it.each<ScenarioName>(['new-buyer', 'single-use'])(
    'a double click on “Set up your account” of %s ends on the form',
    async (scenario) => {
      const { stage, page } = await open()
      let posts = 0
      page.on('request', (request) => {
        if (request.method() === 'POST') posts++
      })
      // Slow enough that the second click comes before the first response.
      const button = await findButton(page, stage, scenario, { latencyMs: 700 })
      await button.scrollIntoViewIfNeeded()
      const { x, y, width, height } = (await button.boundingBox()) ?? expect.fail('The button is not to be seen')
      for (const pauseMs of [60, 0]) {
        await page.mouse.click(x + width / 2, y + height / 2)
        await page.waitForTimeout(pauseMs)
      }
      await shows(page, 'registration')
      expect(posts).toBe(2)
      await type(page)
      await page.click(submit)
      await expectRegistered(page, stage)
    },
  )
})

describe('the back button', () => {
  it('the back button after landing leads to AWS Marketplace, and forward to the form', async () => {
    const { stage, page } = await open()
    await arrive(page, stage, 'new-buyer')
    await type(page)
    await page.goBack()
    expect(page.url()).toBe(`${stage.simulator.url}/`)
    await page.goForward()
    await shows(page, 'registration')
    expect(await typed(page)).toEqual(contact)
    await page.click(submit)
    await expectRegistered(page, stage)
  })

  it('the back button after registering leads to a form that changes the same registration', async () => {
    const { stage, page } = await open()
    await arrive(page, stage, 'new-buyer')
    await type(page)
    await page.click(submit)
    await expectRegistered(page, stage)
    await page.goBack()
    await shows(page, 'registration')
    await page.goForward()
    await expectRegistered(page, stage)
    await page.goBack()
    await shows(page, 'registration')
    await type(page, { ...contact, email: 'new.address@example.com' })
    await page.click(submit)
    await expectRegistered(page, stage, { email: 'new.address@example.com' })
  })

  it('the back button after a failure leads to AWS Marketplace', async () => {
    const { stage, page } = await open()
    await arrive(page, stage, 'expired', { on: 'token-expired' })
    await page.goBack()
    expect(page.url()).toBe(`${stage.simulator.url}/`)
    await arrive(page, stage, 'new-buyer')
  })
})

describe('reloading', () => {
  it('reloading keeps every page of a registration', async () => {
    const { stage, page } = await open()
    const reload = async (name: string) => {
      await shows(page, name)
      await page.reload()
      await shows(page, name)
    }
    await page.goto(stage.url)
    await reload('start')
    await arrive(page, stage, 'new-buyer')
    await type(page)
    await reload('registration')
    expect(await typed(page)).toEqual(contact)
    await page.fill('#email', 'jane')
    await page.click(submit)
    await page.locator('.summary').waitFor()
    await reload('registration')
    expect(await page.locator('.summary a').count()).toBe(1)
    expect(await typed(page)).toEqual({ ...contact, email: 'jane' })
    await type(page)
    await page.click(submit)
    await reload('complete')
    await expectRegistered(page, stage)
  })

  it('reloading a failure page posts the same token again', async () => {
    const { stage, page } = await open()
    await arrive(page, stage, 'expired', { on: 'token-expired' })
    await page.reload()
    await shows(page, 'token-expired')
    // Three calls fail, as many as one landing makes.
    await arrive(page, stage, 'internal-error', { on: 'marketplace-failed', token: { times: 3 } })
    await page.reload()
    await shows(page, 'registration')
  })

  it('reloading the page session-expired shows it again', async () => {
    const { stage, page } = await open()
    await page.goto(`${stage.url}/registration`)
    await shows(page, 'session-expired')
    await page.reload()
    await shows(page, 'session-expired')
  })
})

describe('two tabs with two licenses', () => {
  async function openTwo() {
    const { stage, page: first } = await open()
    await arrive(first, stage, 'same-license')
    await type(first)
    const second = await first.context().newPage()
    await arrive(second, stage, 'second-license')
    return { stage, first, second }
  }
  const license = (page: Page) => page.textContent('.purchase .facts div:last-child dd')
  const nothing = { email: '', name: '', company: '', phone: '' }

  it('the older form in two tabs with two licenses is rejected and leads to the newer purchase', async () => {
    const { stage, first, second } = await openTwo()
    const older = await license(first)
    await first.click(submit)
    await shows(first, 'form-outdated')
    expect(stage.rows().map(({ status }) => status)).toEqual(['landed', 'landed'])

    await first.click('a.button[href="/registration"]')
    await shows(first, 'registration')
    expect(await license(first)).toBe(await license(second))
    expect(await license(first)).not.toBe(older)
    // Values that were typed for the other purchase are not shown.
    expect(await typed(first)).toEqual(nothing)
    await type(first)
    await first.click(submit)
    await shows(first, 'complete')
    expect(stage.rows().map(({ status }) => status)).toEqual(['landed', 'registered'])

    await arrive(first, stage, 'same-license')
    expect(await license(first)).toBe(older)
    await type(first)
    await first.click(submit)
    await shows(first, 'complete')
    expect(stage.rows().map(({ status }) => status)).toEqual(['registered', 'registered'])
  })

  it('changing the language in the older of two tabs does not mix up two licenses', async () => {
    const { first } = await openTwo()
    await first.click('button[value=fr]')
    await shows(first, 'form-outdated')
    expect(await first.getAttribute('html', 'lang')).toBe('fr')
    await first.click('a.button[href="/registration"]')
    await shows(first, 'registration')
    expect(await first.getAttribute('html', 'lang')).toBe('fr')
    expect(await typed(first)).toEqual(nothing)
  })
})

describe('a session that ends while somebody types', () => {
  it('a session that ends leaves no typed values in the browser', async () => {
    let lateMs = 0
    const { stage, page } = await open({ now: () => new Date(Date.now() + lateMs) })
    await arrive(page, stage, 'same-license')
    await type(page)
    expect(await page.evaluate(() => sessionStorage.length)).toBe(1)
    lateMs = 61 * 60_000
    await page.click(submit)
    await shows(page, 'session-expired')
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
    await arrive(page, stage, 'same-license')
    expect(await typed(page)).toEqual(empty)
  })

  it('an ended session is explained without JavaScript', async () => {
    let lateMs = 0
    const stage = await openStage({ now: () => new Date(Date.now() + lateMs) })
    const page = await openVisit(browser, stage, { javaScriptEnabled: false })
    await arrive(page, stage, 'same-license')
    await type(page)
    lateMs = 61 * 60_000
    await page.click(submit)
    await shows(page, 'session-expired')
    await arrive(page, stage, 'same-license')
  })
})

it('only the session that typed the details can see them in the form', async () => {
  const { stage, page } = await open()
  await arrive(page, stage, 'same-license')
  await type(page)
  await page.click(submit)
  await expectRegistered(page, stage)
  await page.goto(`${stage.url}/registration`)
  await shows(page, 'registration')
  expect(await page.textContent('h1')).toBe('Change your contact details')
  expect(await typed(page)).toEqual(contact)
  expect(await page.isVisible('[data-restored]')).toBe(false)
  await arrive(page, stage, 'same-license', { on: 'complete' })
  await page.goto(`${stage.url}/registration`)
  await shows(page, 'registration')
  expect(await typed(page)).toEqual(empty)
})

it('the button to leave ends the session and removes what was typed', async () => {
  const { stage, page } = await open()
  await arrive(page, stage, 'same-license')
  await type(page)
  await page.click('form[action="/registration/leave"] button')
  await shows(page, 'start')
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
  expect(await page.context().cookies()).toEqual([])
  await page.goto(`${stage.url}/registration`)
  await shows(page, 'session-expired')
})

it('a browser that blocks cookies shows how to allow them, and then registers', async () => {
  const { stage, page } = await open()
  stage.dropCookies(true)
  await arrive(page, stage, 'same-license', { on: 'cookies-blocked' })
  expect(await page.textContent('main')).toContain('Allow cookies for this site')
  stage.dropCookies(false)
  await arrive(page, stage, 'same-license')
  await type(page)
  await page.click(submit)
  await expectRegistered(page, stage)
})

describe('another language in the middle of the form', () => {
  it.each([
    ['with', true],
    ['without', false],
  ])('changing the language keeps typed values %s JavaScript', async (_, javaScriptEnabled) => {
    const stage = await openStage()
    const page = await openVisit(browser, stage, { javaScriptEnabled })
    await arrive(page, stage, 'new-buyer')
    await type(page)
    await page.click('button[value=de]')
    await page.locator('html[lang=de] body[data-page=registration]').waitFor({ state: 'attached' })
    expect(await typed(page)).toEqual(contact)
    await page.click(submit)
    await expectRegistered(page, stage, { ...contact, language: 'de' })
    expect(await page.getAttribute('html', 'lang')).toBe('de')
  })
})

describe('Try again', () => {
  it('Try again works once AWS Marketplace has recovered', async () => {
    const { stage, page } = await open()
    await arrive(page, stage, 'internal-error', { on: 'marketplace-failed', token: { times: 3 } })
    await page.click('#retry-form p .button')
    await shows(page, 'registration')
  })

  it('Try again shows the failure page again while AWS Marketplace fails', async () => {
    const { stage, page } = await open()
    await arrive(page, stage, 'connection-reset', { on: 'marketplace-unreachable' })
    const reference = await page.textContent('[data-reference]')
    await page.click('#retry-form p .button')
    await expect.poll(() => page.textContent('[data-reference]')).not.toBe(reference)
    expect(await nameOf(page)).toBe('marketplace-unreachable')
  })

  it('Try again counts down without layout shift and posts the same token in the chosen language', async () => {
    const { stage, page } = await open()
    await page.clock.install()
    await arrive(page, stage, 'throttled', { on: 'marketplace-busy', token: { times: 3 } })
    const token = await page.inputValue(`[name="${tokenField}"]`)
    await page.click('button[value=de]')
    await page.locator('html[lang=de] body[data-page=marketplace-busy]').waitFor({ state: 'attached' })
    await page.waitForLoadState('load')
    expect(await page.inputValue(`[name="${tokenField}"]`)).toBe(token)
    const button = page.locator('#retry-form p .button')
    expect(await button.isDisabled()).toBe(true)
    const before = await button.boundingBox()
    await page.clock.runFor(11_000)
    expect(await page.textContent('[data-over]')).not.toBe('')
    expect(await button.isEnabled()).toBe(true)
    expect(await button.boundingBox()).toEqual(before)
    await button.click()
    await page.locator('html[lang=de] body[data-page=registration]').waitFor({ state: 'attached' })
  })

  it('Try again is shown after too many attempts', async () => {
    const { stage, page } = await open({ env: { RATE_LIMIT_PER_MINUTE: '1' } })
    await arrive(page, stage, 'new-buyer')
    await arrive(page, stage, 'new-buyer', { on: 'too-many-requests' })
    expect(await page.textContent('[data-wait]')).toMatch(/\d seconds/)
  })
})

/** Presses Tab until the element has the focus. Returns the number of presses. */
async function tabTo(page: Page, selector: string): Promise<number> {
  for (let presses = 1; presses <= 60; presses++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate((selector) => document.activeElement?.matches(selector) === true, selector)) return presses
  }
  return expect.fail(`Tab does not lead to ${selector}`)
}
