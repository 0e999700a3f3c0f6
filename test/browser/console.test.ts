import { readFile } from 'node:fs/promises'
import axe from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchBrowser, overflow, watch } from '../support/browser.ts'
import { startApp } from '../support/started-app.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

const views = [
  ...(['light', 'dark'] as const).flatMap((colorScheme) => [390, 1280].map((width) => ({ colorScheme, width }))),
]
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

async function aConsole() {
  // Nothing listens at this port, so the webhook fails and the list of notifications shows the reason.
  const webhook = { WEBHOOK_URL: 'http://127.0.0.1:9', WEBHOOK_SECRET: `whsec_${'a'.repeat(40)}` }
  const app = await startApp('sqlite', { CONSOLE_OPEN: 'true', PUBLIC_URL: 'http://127.0.0.1:3000', ...webhook })
  await app.registered()
  const [registration] = await app.rows('select reference from registrations')
  return { ...app, reference: String(registration?.['reference']) }
}

it('axe finds nothing in a list, a registration and an action, and no page scrolls sideways', async () => {
  const { url, reference } = await aConsole()
  const here = `${url}/console/registrations/${reference}`
  const context = await browser.newContext()
  const complaints = watch(context, [url])
  const page = await context.newPage()
  const found: string[] = []
  for (const address of [`${url}/console`, `${url}/console?list=all&q=jane`, here, `${here}/ready`, `${here}/erase`]) {
    await page.goto(address)
    await page.evaluate(axe.source)
    for (const { colorScheme, width } of views) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 800 })
      const { violations } = await page.evaluate(
        (only) => (window as unknown as { axe: typeof axe }).axe.run({ runOnly: only }),
        tags,
      )
      found.push(...violations.map(({ id }) => `${id} ${address} ${colorScheme} ${String(width)}`))
      if ((await overflow(page)) > 0) found.push(`scrolls sideways: ${address} ${String(width)}`)
    }
  }
  expect(found).toEqual([])
  expect(complaints).toEqual([])
  await context.close()
})

it.each([390, 1280])(
  'a support person finds a buyer, sees why the webhook failed, marks access as ready, exports and erases without a script, %i wide',
  async (width) => {
    const { url, rows, reference } = await aConsole()
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width, height: 800 } })
    const page = await context.newPage()
    await page.goto(`${url}/console`)
    await page.getByLabel('Find a buyer').fill('jane.d')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('link', { name: 'Example Buyer' }).click()
    const reason = async () => {
      await page.reload()
      return page.getByText('the host could not be reached').count()
    }
    await expect.poll(reason).toBe(1)
    await page.getByRole('link', { name: 'Mark as ready' }).click()
    await page.getByLabel('Message to the buyer').fill('Welcome')
    await page.getByLabel('Link to the product').fill('not an address')
    await page.getByRole('button', { name: 'Mark as ready' }).click()
    expect(await page.getByLabel('Message to the buyer').inputValue()).toBe('Welcome')
    await page.getByLabel('Link to the product').fill('https://app.example.com')
    await page.getByRole('button', { name: 'Mark as ready' }).click()
    expect(await page.getByRole('status').textContent()).toContain('Access is marked as ready.')
    expect(await rows('select ready_by, ready_url, ready_message from registrations')).toEqual([
      { ready_by: 'console', ready_url: 'https://app.example.com', ready_message: 'Welcome' },
    ])
    await page.getByRole('link', { name: 'Marketplace Landing console' }).click()
    await page.getByRole('link', { name: /^All/ }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download as CSV' }).click(),
    ])
    expect(await readFile(await download.path(), 'utf8')).toContain(`${reference},registered`)
    await page.getByRole('link', { name: 'Example Buyer' }).click()
    await page.getByRole('link', { name: 'Erase contact details' }).click()
    await page.getByLabel('to confirm').fill(reference)
    await page.getByRole('button', { name: 'Erase' }).click()
    expect(await page.getByRole('status').textContent()).toContain('The contact details were erased.')
    expect(await rows('select email from registrations')).toEqual([{ email: null }])
    await context.close()
  },
)
