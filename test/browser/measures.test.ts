import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { layoutShift, measureFirstVisit, type Measures } from '../support/measure.ts'
import { openSite, pageNames, type Site } from '../support/site.ts'

let site: Site
let browser: Browser

beforeAll(async () => {
  site = await openSite()
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser.close()
  site.close()
})

describe('a first visit, in the language with the largest pages,', () => {
  let measured: (readonly [string, Measures])[]

  beforeAll(async () => {
    measured = []
    for (const [i, name] of pageNames.entries())
      measured.push([name, await measureFirstVisit(browser, site.address(name, 'ja'), i % 2 === 0 ? 390 : 1280)])
  })

  it('the first page load transfers at most 32 KB, including style and script', () => {
    expect(measured.filter(([, { bytes }]) => bytes > 32_000)).toEqual([])
  })

  it('the first page load needs three requests besides the icon, and only style and script block painting', () => {
    const expected = measured.map(([name]) => [name, 3, ['/assets/page.js', '/assets/style.css']])
    expect(measured.map(([name, { requests, blocking }]) => [name, requests, blocking.toSorted()])).toEqual(expected)
  })

  it('the first page load has no layout shift', async () => {
    expect(measured.filter(([, { shift }]) => shift > 0)).toEqual([])

    // Check the measure itself: it detects a shift.
    const page = await browser.newPage()
    await page.goto(site.address('start', 'en'))
    await page.evaluate(() => {
      requestAnimationFrame(() => {
        document.querySelector('h1')?.before(document.createElement('hr'))
      })
    })
    expect(await layoutShift(page)).toBeGreaterThan(0)
  })
})

it('restoring typed values causes no layout shift', async () => {
  const page = await browser.newPage()
  await page.goto(site.address('registration', 'en'))
  await page.fill('#name', 'Jane')
  for (const name of ['token-expired', 'registration']) {
    await page.goto(site.address(name, 'en'))
    expect([name, await layoutShift(page)]).toEqual([name, 0])
  }
  expect(await page.inputValue('#name')).toBe('Jane')
})
