import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import type { ScenarioName } from '../../simulator/src/scenarios/scenarios.ts'
import type { Simulator } from '../../simulator/src/simulator.ts'
import type { Overrides as TokenOverrides } from '../../simulator/src/tokens/grant.ts'
import type { Overrides, TestApp } from './app.ts'
import { watch } from './browser.ts'
import { contact, tokenField } from './browse.ts'
import { marketplaceApp } from './marketplace.ts'

const patienceMs = 30_000

type Place = {
  /** The origin of the app. The simulator is on another site, as in production. */
  readonly url: string
  readonly simulator: Simulator
}

export type Stage = Pick<TestApp, 'rows'> &
  Place & {
    /** A headless shell has no setting that blocks cookies, so this removes them from requests. */
    readonly dropCookies: (dropped: boolean) => void
  }

/** The real app and a simulated AWS Marketplace, both listening. Closed when the test ends. */
export async function openStage(overrides: Overrides = {}): Promise<Stage> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://localhost:${String(port)}`
  const { app, simulator, rows } = await marketplaceApp({ ...overrides, env: { PUBLIC_URL: url, ...overrides.env } })
  let areCookiesDropped = false
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (areCookiesDropped) delete request.headers.cookie
    app(request, response)
  })
  simulator.sendBuyersTo(`${url}/`)
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const dropCookies = (dropped: boolean) => {
    areCookiesDropped = dropped
  }
  return { url, simulator, rows, dropCookies }
}

/** A new browser without cookies. When the test ends, checks that there were no complaints and no requests to other origins. */
export async function openVisit(browser: Browser, stage: Place, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 800 }, ...options })
  context.setDefaultTimeout(patienceMs)
  const complaints = watch(context, [stage.url, stage.simulator.url])
  onTestFinished(async () => {
    await context.close()
    expect(complaints.join('\n')).toBe('')
  })
  return context.newPage()
}

/** Opens the buyer's subscriptions and finds the scenario's button. `token` replaces the one that the button would send. */
export async function findButton(
  page: Page,
  { simulator }: Place,
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
  stage: Place,
  scenario: ScenarioName,
  ends: { readonly on: string; readonly token?: TokenOverrides } = { on: 'registration' },
): Promise<void> {
  const button = await findButton(page, stage, scenario, ends.token)
  await button.click()
  await shows(page, ends.on)
}

/** Waits until the tab has loaded the page of this name. A failure names the page that it shows instead. */
export async function shows(page: Page, name: string): Promise<void> {
  await expect.poll(() => nameOf(page), { timeout: patienceMs }).toBe(name)
  await page.waitForLoadState('load')
}

/** `data-page`; null for another site's page. */
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
