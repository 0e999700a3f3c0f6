import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import type { ScenarioName } from '../../simulator/src/scenarios.ts'
import type { Simulator } from '../../simulator/src/simulator.ts'
import type { Overrides as TokenOverrides } from '../../simulator/src/tokens.ts'
import type { Overrides, TestApp } from './app.ts'
import { watch } from './browser.ts'
import { contact, tokenField } from './browse.ts'
import { marketplaceApp } from './marketplace.ts'

export const patienceMs = 15_000

export type Stage = Pick<TestApp, 'rows'> & {
  /** The origin of the app; the simulator is on another site, as in life. */
  readonly url: string
  readonly simulator: Simulator
}

/** The real app and a simulated AWS Marketplace, both listening. Closed when the test ends. */
export async function openStage(overrides: Overrides = {}): Promise<Stage> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://localhost:${String(port)}`
  const { app, simulator, rows } = await marketplaceApp({ ...overrides, env: { PUBLIC_URL: url, ...overrides.env } })
  server.on('request', app)
  simulator.sendBuyersTo(`${url}/`)
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url, simulator, rows }
}

/** A buyer's own browser: no cookies yet. When the test ends, nothing was complained about and nobody else was asked. */
export async function openVisit(browser: Browser, stage: Stage, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 800 }, ...options })
  attend(context, stage)
  return context.newPage()
}

/** The same for a context that exists already. */
export function attend(context: BrowserContext, { url, simulator }: Stage): void {
  context.setDefaultTimeout(patienceMs)
  const troubles = watch(context, [url, simulator.url])
  onTestFinished(async () => {
    await context.close()
    expect(troubles.join('\n')).toBe('')
  })
}

/** Opens the buyer's subscriptions and finds the scenario's button. `token` replaces the one that the button would send. */
export async function findButton(
  page: Page,
  { simulator }: Stage,
  scenario: ScenarioName,
  token: TokenOverrides | null = null,
) {
  await page.goto(simulator.url)
  const form = page.locator(`form[data-scenario="${scenario}"]`)
  if (token !== null) {
    const issued = simulator.issueToken(scenario, token)
    await form.locator(`input[name="${tokenField}"]`).evaluate((input, value) => {
      input.setAttribute('value', value)
    }, issued.token)
  }
  return form.locator('button')
}

/** Clicks “Set up your account” and waits for the page that the buyer ends on. */
export async function arrive(
  page: Page,
  stage: Stage,
  scenario: ScenarioName,
  ends: { readonly on: string; readonly token?: TokenOverrides } = { on: 'registration' },
): Promise<void> {
  const button = await findButton(page, stage, scenario, ends.token)
  await button.click()
  await shows(page, ends.on)
}

/** Waits until the tab shows the page of this name, loaded, and says which one it shows instead. */
export async function shows(page: Page, name: string): Promise<void> {
  await expect.poll(() => nameOf(page), { timeout: patienceMs }).toBe(name)
  await page.waitForLoadState('load')
}

/** `data-page`; null for a page that is not ours. */
export function nameOf(page: Page): Promise<string | null> {
  return page.locator('body').getAttribute('data-page')
}

export const submit = '#registration-form .button:not(.quiet)'

export async function type(page: Page, values: Readonly<Partial<typeof contact>> = contact): Promise<void> {
  for (const [name, value] of Object.entries(values)) await page.fill(`#${name}`, value)
}

export async function typed(page: Page): Promise<Readonly<Record<string, string>>> {
  const entries = Object.keys(contact).map(async (name) => [name, await page.inputValue(`#${name}`)] as const)
  return Object.fromEntries(await Promise.all(entries))
}
