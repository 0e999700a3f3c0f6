import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { findChromium } from './chromium.ts'

/** A browser without a window. The caller closes it. */
export async function launchBrowser(flags: readonly string[] = []): Promise<Browser> {
  const { executablePath, env } = await findChromium()
  return chromium.launch({ executablePath, env: { ...process.env, ...env }, args: [...flags] })
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
  const complaints: string[] = []
  context.on('console', (message) => {
    const { url } = message.location()
    if (/^Failed to load resource: .* a status of/.test(message.text()) && !url.includes('/assets/')) return
    // On a busy machine the page's script may be the first to focus the summary; that it has the focus is tested elsewhere.
    if (message.text().startsWith('Autofocus processing was blocked')) return
    complaints.push(`${message.type()}: ${message.text()} (${url})`)
  })
  context.on('weberror', (error) => complaints.push(String(error.error())))
  context.on('request', (request) => {
    if (!origins.includes(new URL(request.url()).origin)) complaints.push(`asked for ${request.url()}`)
  })
  return complaints
}
