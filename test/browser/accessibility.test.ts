import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { launchBrowser, overflow } from '../support/browser.ts'
import { arrive, openStage, openVisit, shows, submit, type } from '../support/journey.ts'
import { ofEachTemplate, openSite, pageNames, type Site } from '../support/site.ts'

let site: Site
let browser: Browser
let page: Page

beforeAll(async () => {
  site = await openSite()
  browser = await launchBrowser()
  page = await browser.newPage()
})

afterAll(async () => {
  await browser.close()
  site.close()
})

const schemes = ['light', 'dark'] as const

describe('by keyboard', () => {
  it('Tab reaches every control in the order of the page, with a visible focus', async () => {
    await page.setViewportSize({ width: 390, height: 800 })
    for (const forcedColors of ['none', 'active'] as const) {
      await page.emulateMedia({ colorScheme: 'light', forcedColors })
      for (const name of [
        'start',
        'registration',
        'change',
        'complete',
        'token-expired',
        'internal',
        'marketplace-failed',
        'form-outdated',
      ]) {
        await page.goto(site.address(name, 'en'))
        const stops = await page.evaluate(markStops)
        for (const stop of stops) {
          await page.keyboard.press('Tab')
          expect([name, await page.evaluate(readFocus)]).toEqual([name, { stop, outlined: true, inView: true }])
        }
      }
    }
    await page.emulateMedia({ forcedColors: 'none' })
  }, 60_000)

  it('the summary of invalid fields gets the focus, and each of its links leads to its field and message', async () => {
    await page.goto(site.address('invalid-fields', 'en'))
    await page.waitForFunction(() => document.activeElement?.matches('.summary') === true)
    for (const [i, name] of ['email', 'name', 'company', 'phone'].entries()) {
      const link = page.locator('.summary a').nth(i)
      await link.click()
      expect(await page.evaluate(() => document.activeElement?.id)).toBe(name)
      const field = page.locator(`#${name}`)
      expect(await field.getAttribute('aria-invalid')).toBe('true')
      expect(await field.getAttribute('aria-describedby')).toContain(`${name}-invalid`)
      expect(await page.textContent(`#${name}-invalid`)).toBe(await link.textContent())
    }
  })

  it('the fields have autocomplete and input types', async () => {
    await page.goto(site.address('registration', 'en'))
    const fields = await page
      .locator('.field input')
      .evaluateAll((inputs) =>
        (inputs as HTMLInputElement[]).map(({ id, type, inputMode, autocomplete, required }) =>
          [id, type, inputMode, autocomplete, required ? 'required' : 'optional'].join(' '),
        ),
      )
    expect(fields).toEqual([
      'email email email email required',
      'name text text name required',
      'company text text organization required',
      'phone tel tel tel optional',
    ])
  })
})

it('with forced colors every button, field and box keeps its border', async () => {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme, forcedColors: 'active' })
    for (const name of ofEachTemplate) {
      await page.goto(site.address(name, 'en'))
      expect([name, await page.evaluate(withoutEdge)]).toEqual([name, []])
    }
  }
  await page.emulateMedia({ forcedColors: 'none' })
})

it('no page has animations or transitions', async () => {
  const lively = await browser.newPage({ reducedMotion: 'no-preference' })
  for (const name of ofEachTemplate) {
    await lively.goto(site.address(name, 'en'))
    const moving = await lively.evaluate(() => [
      document.getAnimations().length,
      ...[...document.querySelectorAll('*')].map((element) => parseFloat(getComputedStyle(element).transitionDuration)),
    ])
    expect([name, Math.max(...moving)]).toEqual([name, 0])
  }
  await lively.close()
})

describe('at 400 % zoom', () => {
  // A window of 1280 × 1024 then has 320 × 256 CSS pixels.
  const zoomed = { width: 320, height: 256 }

  it('at 400 % zoom a focused field is visible', async () => {
    await page.setViewportSize(zoomed)
    await page.goto(site.address('invalid-fields', 'de'))
    for (const name of ['email', 'name', 'company', 'phone']) {
      await page.focus(`#${name}`)
      expect([name, (await page.evaluate(readFocus)).inView]).toEqual([name, true])
    }
  })

  it('wide letter, word and line spacing hides no text', async () => {
    // The page's content security policy would block the reader's styles.
    const readers = await browser.newPage({ bypassCSP: true, viewport: zoomed })
    for (const name of pageNames) {
      await readers.goto(site.address(name, 'de'))
      await readers.addStyleTag({
        content:
          '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }' +
          'p { margin-bottom: 2em !important }',
      })
      expect([name, await overflow(readers)]).toEqual([name, 0])
    }
    await readers.close()
  })
})

it('without images, the name of the seller is visible', async () => {
  const plain = await launchBrowser(['--blink-settings=imagesEnabled=false'])
  onTestFinished(() => plain.close())
  const stage = await openStage({ env: { LOGO_URL: '/assets/icon.svg' } })
  const visit = await openVisit(plain, stage)
  await arrive(visit, stage, 'new-buyer')
  expect(
    await visit.locator('img').evaluateAll((images) => (images as HTMLImageElement[]).map(({ alt }) => alt)),
  ).toEqual([''])
  expect(await visit.locator('img').evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(0)
  expect(await visit.locator('.brand').innerText()).toContain('Example Analytics by Example Corp')
  await type(visit)
  await visit.click(submit)
  await shows(visit, 'complete')
})

/** Runs in the page: numbers the elements that Tab should reach. */
function markStops(): string[] {
  return [...document.querySelectorAll<HTMLElement>('a[href], button, input, summary')]
    .filter((element) => !element.matches(':disabled, [type=hidden]') && element.checkVisibility())
    .map((element, i) => (element.dataset['stop'] = `${String(i)} ${element.textContent.trim()}`))
}

/** Runs in the page: returns the focused element, and whether its focus is visible. */
function readFocus() {
  const focused = document.activeElement as HTMLElement
  const { outlineStyle, outlineWidth } = getComputedStyle(focused)
  const { top, bottom } = focused.getBoundingClientRect()
  return {
    stop: focused.dataset['stop'],
    outlined: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
    inView: top > -1 && bottom < window.innerHeight + 1,
  }
}

/** Runs in the page: returns elements that look the same as their surroundings. */
function withoutEdge(): string[] {
  const ground = getComputedStyle(document.body).backgroundColor
  return [
    ...document.querySelectorAll<HTMLElement>(
      '.button, .field input:not([type=radio], [type=checkbox]), .card, .banner, .summary, .tone',
    ),
  ]
    .filter((element) => {
      const { borderTopStyle, borderTopWidth, borderTopColor } = getComputedStyle(
        element,
        element.matches('.tone') ? '::before' : null,
      )
      return borderTopStyle !== 'solid' || parseFloat(borderTopWidth) < 1 || borderTopColor === ground
    })
    .map((element) => element.className)
}
