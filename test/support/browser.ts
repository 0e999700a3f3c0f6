import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext, type LaunchOptions, type Page } from 'playwright-core'

/** Chromium without a window to draw takes half the processor time. */
const headlessShell = '/usr/bin/chromium-headless-shell'
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
]

/** The system's Chromium; `CHROMIUM` names another. */
export function launchBrowser(flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch(launchOptions([headlessShell, ...places], flags))
}

/** With the settings and data of a folder, as a person's own browser has them: the headless shell knows no settings. */
export function launchProfile(folder: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, launchOptions(places))
}

function launchOptions(from: readonly string[], flags: readonly string[] = []): LaunchOptions {
  const executablePath = process.env['CHROMIUM'] ?? from.find(existsSync)
  if (executablePath === undefined) throw new Error('No Chromium found: install it, or set CHROMIUM to its path')
  // Chromium refuses to sandbox root, as which containers run tests.
  const asRoot = process.getuid?.() === 0
  return { executablePath, args: [...flags, ...(asRoot ? ['--no-sandbox'] : [])] }
}

/** By how many pixels the page is wider than the window: more than 0 means that it scrolls sideways. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
}

/**
 * Whatever the browser complains about from now on, in any of the context's tabs, and every request to an origin that is not
 * among these. That a page itself came with a status of 400 or more is no complaint: it is what failure pages do.
 */
export function watch(context: BrowserContext, origins: readonly string[]): readonly string[] {
  const troubles: string[] = []
  context.on('console', (message) => {
    const { url } = message.location()
    if (/^Failed to load resource: .* a status of/.test(message.text()) && !url.includes('/assets/')) return
    // On a busy machine the page's script may be the first to focus the summary; that it has the focus is tested elsewhere.
    if (message.text().startsWith('Autofocus processing was blocked')) return
    troubles.push(`${message.type()}: ${message.text()} (${url})`)
  })
  context.on('weberror', (error) => troubles.push(String(error.error())))
  context.on('request', (request) => {
    if (!origins.includes(new URL(request.url()).origin)) troubles.push(`asked for ${request.url()}`)
  })
  return troubles
}
