import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { startSimulator } from '../../simulator/src/simulator.ts'
import { freePort } from '../support/free-port.ts'
import { arrive, openVisit, shows, submit, type } from '../support/journey.ts'
import { eventually, followingApp } from '../support/subscriptions.ts'

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser.close()
})

it('a buyer sees on a reload that AWS has confirmed, and a cancellation reaches the seller’s application', async () => {
  const url = `http://localhost:${String(await freePort())}`
  const webhookSecret = `whsec_${Buffer.alloc(32, 'browser').toString('base64')}`
  const simulator = await startSimulator({ landingUrl: `${url}/`, webhookSecret })
  onTestFinished(() => simulator.close())
  const app = await followingApp({
    simulator,
    env: {
      ...{ PUBLIC_URL: url, PORT: new URL(url).port, HOST: 'localhost' },
      ...{ WEBHOOK_URL: `${simulator.url}/webhooks`, WEBHOOK_SECRET: webhookSecret },
    },
  })
  const stage = { url, simulator }
  const page = await openVisit(browser, stage)
  await arrive(page, stage, 'new-buyer')
  await type(page)
  await page.click(submit)
  await shows(page, 'complete')
  expect(await page.textContent('main')).toContain('AWS is finishing the confirmation of your subscription.')

  const [registration] = await app.rows('select * from registrations')
  const purchases = (await (await fetch(`${simulator.url}/purchases`)).json()) as { id: string; licenseArn: string }[]
  const bought = purchases.find(({ licenseArn }) => licenseArn === registration?.['license_arn'])
  await app.move(bought?.id ?? '', 'activate')
  await eventually(async () => {
    await page.reload()
    expect(await page.textContent('main')).toContain('AWS has confirmed your subscription.')
  })

  const seller = await openVisit(browser, stage)
  await seller.goto(`${simulator.url}/purchases`)
  await seller
    .locator(`#${bought?.id ?? ''}`)
    .getByRole('button', { name: /cancel/i })
    .click()
  await fetch(`${simulator.url}/clock`, { method: 'POST', body: '{"advanceMs":31000}' })
  await eventually(async () => {
    await seller.goto(`${simulator.url}/application`)
    const text = await seller.textContent('main')
    for (const type of ['subscription.activated', 'subscription.ending', 'subscription.ended'])
      expect(text).toContain(type)
  })
})
