import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { languages } from '../../src/i18n/languages.ts'
import { launchBrowser, overflow } from '../support/browser.ts'
import { openSite, viewNames, type Site } from '../support/site.ts'

let site: Site
let browser: Browser
let context: BrowserContext
let page: Page

beforeAll(async () => {
  site = await openSite()
  browser = await launchBrowser()
  // 320 CSS pixels are also a window of 1280 at 400 % zoom.
  context = await browser.newContext({ viewport: { width: 320, height: 640 } })
  page = await context.newPage()
})

afterAll(async () => {
  await browser.close()
  site.close()
})

describe('at 320 pixels nothing scrolls sideways', () => {
  it.each(languages)('at 320 pixels nothing scrolls sideways in %s', async (language) => {
    for (const name of viewNames) {
      await page.goto(site.address(name, language))
      expect([name, await overflow(page)]).toEqual([name, 0])
    }
  })

  it('at 320 pixels nothing scrolls sideways with words 40 % longer than English', async () => {
    for (const name of viewNames) {
      await page.goto(site.address(name, 'en'))
      await page.evaluate(lengthenWords)
      expect([name, await overflow(page), await page.evaluate(clipped)]).toEqual([name, 0, []])
    }
  })

  it('at 320 pixels nothing scrolls sideways with long names of product and seller', async () => {
    for (const name of viewNames) {
      await page.goto(site.address(name, 'de'))
      await page.evaluate(() => {
        for (const brand of document.querySelectorAll('.brand strong, .brand p span, h1, summary strong, .button, dd'))
          brand.textContent = 'Donaudampfschifffahrtsgesellschaftsverwaltungssoftware'
      })
      expect([name, await overflow(page)]).toEqual([name, 0])
    }
  })
})

it.each(languages)('on a phone the email field is visible without scrolling, in %s', async (language) => {
  // The visible part of the screen of a phone with 390 × 844 pixels.
  await page.setViewportSize({ width: 390, height: 664 })
  await page.goto(site.address('registration', language))
  const bottom = await page.locator('#email').evaluate((field) => field.getBoundingClientRect().bottom)
  expect(bottom).toBeLessThanOrEqual(664)
  await page.setViewportSize({ width: 320, height: 640 })
})

it('a reference and the beginning of a license stay on one line', async () => {
  await page.goto(site.address('registration', 'en'))
  await page.click('summary')
  await page.evaluate(() => {
    const license = document.querySelector('details div:last-child dd')
    if (license) license.textContent = `l-${'0123456789abcdef'.repeat(3)}`
  })
  expect(await page.evaluate(lettersInFirstLine, 'details div:last-child dd')).toBeGreaterThan(10)
  await page.goto(site.address('internal', 'de'))
  expect(await page.evaluate(lettersInFirstLine, '[data-reference]')).toBe('5T8N-R4CW-J9KD'.length)
})

it('controls are at least 24 pixels wide and high, and buttons and fields 44 high', async () => {
  for (const name of viewNames) {
    await page.goto(site.address(name, 'ja'))
    expect([name, await page.evaluate(smallTargets)]).toEqual([name, []])
  }
})

/** Runs in the page: returns the part of the element's text that is on its first line. */
function lettersInFirstLine(selector: string): number {
  const text = document.querySelector(selector)?.firstChild
  if (!text) return 0
  const range = document.createRange()
  const topAt = (i: number) => {
    range.setStart(text, i)
    range.setEnd(text, i + 1)
    return range.getBoundingClientRect().top
  }
  const length = text.textContent?.length ?? 0
  for (let i = 1; i < length; i++) if (topAt(i) > topAt(0)) return i
  return length
}

/** Runs in the page: makes every word longer with its own letters, as in a language with longer words. */
function lengthenWords() {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const { currentNode: node } = texts
    node.textContent = (node.textContent ?? '').replace(
      /\p{L}+/gu,
      (word) => word + word.slice(-Math.ceil(word.length * 0.4)),
    )
  }
}

/** Runs in the page: returns elements whose own text does not fit. */
function clipped() {
  return [...document.querySelectorAll<HTMLElement>('h1, h2, p, li, dt, dd, a, button, label, strong')]
    .filter(
      (element) => element.closest('.sr, .skip, [hidden]') === null && element.scrollWidth > element.clientWidth + 1,
    )
    .filter((element) => getComputedStyle(element).display !== 'inline')
    .map((element) => element.textContent)
}

/** Runs in the page: returns controls that are too small. A link within a sentence is as high as its line. */
function smallTargets() {
  return [...document.querySelectorAll<HTMLElement>('a, button, summary, input:not([type=hidden])')]
    .filter((element) => element.checkVisibility() && element.closest('.skip, .sr') === null)
    .flatMap((element) => {
      // The label of a checkbox or radio button can also be pressed.
      const { width, height } = (element.closest('.choice') ?? element).getBoundingClientRect()
      const needed = element.matches('.button, input') ? 44 : element.closest('p, .summary') === null ? 24 : 0
      return width < 24 || height < needed ? [`${element.textContent.trim()} ${String(width)}×${String(height)}`] : []
    })
}
