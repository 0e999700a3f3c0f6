import axe, { type AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { testApp } from '../support/app.ts'
import { launchBrowser, overflow, watch } from '../support/browser.ts'
import { execute } from '../support/stores.ts'
import { freePort } from '../support/free-port.ts'
import { listen } from '../support/listen.ts'
import { startProvider } from '../support/oidc.ts'

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser.close()
})

const name = (page: Page) => page.getAttribute('body', 'data-page')

async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<AxeResults>('axe.run()')
  expect(violations.map(({ id }) => id)).toEqual([])
  expect(await overflow(page)).toBe(0)
}

it('a person signs in at a provider on another site, submits a form too late, signs in again, is rejected, and signs out', async () => {
  const port = await freePort()
  const publicUrl = `http://localhost:${String(port)}`
  const provider = await startProvider({}, { publicUrl })
  provider.behavior.hasLoginPage = true
  const { app, file } = await testApp({ env: { ...provider.env, PUBLIC_URL: publicUrl } })
  await listen(app, port)
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  const complaints = watch(context, [publicUrl, provider.url])
  const page = await context.newPage()

  await page.goto(`${publicUrl}/console?list=all`)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.waitForURL(`${publicUrl}/console?list=all`)
  expect(await name(page)).toBe('console-list')

  await execute({ engine: 'sqlite', path: file }, 'delete from console_sessions')
  await page.evaluate(() => {
    const form = document.createElement('form')
    Object.assign(form, { method: 'post', action: '/console/registrations/7K3M-9QXW-2PAB/ready' })
    document.body.append(form)
    form.submit()
  })
  await page.getByRole('heading', { name: 'Nothing was done: your session has ended' }).waitFor()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Sign in again' }).click()
  await page.waitForURL(`${publicUrl}/console/registrations/7K3M-9QXW-2PAB/ready`)

  await page.goto(`${publicUrl}/console`)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
  await expectAccessible(page)

  provider.behavior.person = { sub: 'eve', email: 'eve@evil.test', email_verified: true }
  await context.clearCookies()
  await page.getByRole('link', { name: 'Sign in again' }).click()
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByText('You are signed in as eve@evil.test.').waitFor()
  await expectAccessible(page)
  expect(complaints).toEqual([])
})
