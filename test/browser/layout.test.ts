import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { languages } from '../../src/i18n/languages.ts'
import { launchBrowser, overflow } from '../support/browser.ts'
import { openSite, pageNames, type Site } from '../support/site.ts'

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
  it.each(languages)('in %s', async (language) => {
    for (const name of pageNames) {
      await page.goto(site.address(name, language))
      expect([name, await overflow(page)]).toEqual([name, 0])
    }
  })

  it('in a language with words 40 % longer than English', async () => {
    for (const name of pageNames) {
      await page.goto(site.address(name, 'en'))
      await page.evaluate(lengthenWords)
      expect([name, await overflow(page), await page.evaluate(clipped)]).toEqual([name, 0, []])
    }
  })

  it('when the names of product and seller are long words', async () => {
    for (const name of pageNames) {
      await page.goto(site.address(name, 'de'))
      await page.evaluate(() => {
        for (const brand of document.querySelectorAll('.brand strong, .brand span, h1, .button, dd'))
          brand.textContent = 'Donaudampfschifffahrtsgesellschaftsverwaltungssoftware'
      })
      expect([name, await overflow(page)]).toEqual([name, 0])
    }
  })
})

it('everything to press is at least 24 pixels high and wide, and buttons and fields 44 high', async () => {
  for (const name of pageNames) {
    await page.goto(site.address(name, 'ja'))
    expect([name, await page.evaluate(smallTargets)]).toEqual([name, []])
  }
})

/** Runs in the page: every word half as long again by its own letters, as in a wordier language. */
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

/** Runs in the page: elements whose own text does not fit into them. */
function clipped() {
  return [...document.querySelectorAll<HTMLElement>('h1, h2, p, li, dt, dd, a, button, label, strong')]
    .filter(
      (element) => element.closest('.sr, .skip, [hidden]') === null && element.scrollWidth > element.clientWidth + 1,
    )
    .filter((element) => getComputedStyle(element).display !== 'inline')
    .map((element) => element.textContent)
}

/** Runs in the page: what is too small to press. A link within a sentence is as high as its line. */
function smallTargets() {
  return [...document.querySelectorAll<HTMLElement>('a, button, input:not([type=hidden])')]
    .filter((element) => element.closest('.skip, [hidden], .sr') === null)
    .flatMap((element) => {
      const { width, height } = element.getBoundingClientRect()
      const needed = element.matches('.button, input') ? 44 : element.closest('p, .summary') === null ? 24 : 0
      return width < 24 || height < needed ? [`${element.textContent.trim()} ${String(width)}×${String(height)}`] : []
    })
}
