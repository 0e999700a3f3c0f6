import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { languages, type Language } from '../../src/i18n/languages.ts'
import { launchBrowser, watch } from '../support/browser.ts'
import { ofEachTemplate, openSite, pageNames, templateOf, viewNames, type Site } from '../support/site.ts'

let site: Site
let browser: Browser
let page: Page
let complaints: readonly string[]

beforeAll(async () => {
  site = await openSite()
  browser = await launchBrowser()
  const context = await browser.newContext()
  complaints = watch(context, [new URL(site.address('start', 'en')).origin])
  page = await context.newPage()
})

afterAll(async () => {
  await browser.close()
  site.close()
})

const phone = { colorScheme: 'light', width: 390 } as const
const desktop = { colorScheme: 'light', width: 1280 } as const
/** Dark differs from light in colors only, which are the same in each language. */
const dark = { colorScheme: 'dark', width: 390 } as const

function viewsOf(name: string, language: Language) {
  if (!ofEachTemplate.includes(name)) return [phone]
  return language === 'en' ? [phone, desktop, dark] : [phone]
}

const checks = {
  light: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  dark: ['color-contrast', 'link-in-text-block'],
} as const

/** Other pages differ in text only, so one language is enough. */
const namesIn = (language: Language) => (language === 'en' ? viewNames : ofEachTemplate)

describe('a page says its language and title, and axe finds nothing', () => {
  it('axe finds nothing on a page of each template, which has language and title', () => {
    expect(new Set(ofEachTemplate.map(templateOf))).toEqual(new Set(pageNames.map(templateOf)))
  })

  it.each(languages)(
    'axe finds nothing on the pages in %s, which have language and title',
    async (language) => {
      const found: string[] = []
      for (const name of namesIn(language)) {
        await page.goto(site.address(name, language))
        const title = await page.title()
        expect([name, await page.getAttribute('html', 'lang')]).toEqual([name, language])
        expect(title).toContain((await page.textContent('h1'))?.trim())
        expect(title).toContain('Northwind Insights')
        await page.evaluate(axe.source)
        for (const { colorScheme, width } of viewsOf(name, language)) {
          await page.emulateMedia({ colorScheme })
          await page.setViewportSize({ width, height: 800 })
          const faults = await page.evaluate(findFaults, checks[colorScheme])
          found.push(...faults.map((fault) => `${name} ${language} ${colorScheme} ${String(width)}: ${fault}`))
        }
      }
      expect(found).toEqual([])
      expect(complaints).toEqual([])
    },
    120_000,
  )

  it('axe finds an image without alternative text and a low contrast', async () => {
    await page.goto(site.address('start', 'en'))
    await page.emulateMedia({ colorScheme: 'light' })
    await page.evaluate(() => {
      document.querySelector('main')?.append(document.createElement('img'))
      document.querySelector('h1')?.style.setProperty('color', '#aaaaaa')
    })
    await page.evaluate(axe.source)
    expect((await page.evaluate(findFaults, checks.light)).map((fault) => fault.split(' ')[0])).toEqual([
      'color-contrast',
      'image-alt',
    ])
  })
})

/** Runs in the page: returns axe's findings, and contrasts that it could not determine. */
async function findFaults(tags: readonly string[]): Promise<string[]> {
  const { axe: here } = window as unknown as { readonly axe: typeof axe }
  const { violations, incomplete } = await here.run({ runOnly: [...tags], resultTypes: ['violations', 'incomplete'] })
  const untold = incomplete.filter(({ id }) => id === 'color-contrast')
  return [...violations, ...untold].flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id} ${html}`))
}
