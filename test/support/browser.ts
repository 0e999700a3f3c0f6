import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { findChromium } from './chromium.ts'

/** Launches a headless browser. The caller closes it. */
export async function launchBrowser(flags: readonly string[] = []): Promise<Browser> {
  const { executablePath, env } = await findChromium()
  return chromium.launch({ executablePath, env: { ...process.env, ...env }, args: [...flags] })
}

/** By how many pixels the page is wider than the window: more than 0 means that it scrolls sideways. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
}

/**
 * Collects errors and warnings of the browser in all tabs of the context, and requests to other origins. Ignores statuses of 400
 * and more of pages, because failure pages have them.
 */
export function watch(context: BrowserContext, origins: readonly string[]): readonly string[] {
  const complaints: string[] = []
  context.on('console', (message) => {
    const { url } = message.location()
    if (/^Failed to load resource: .* a status of/.test(message.text()) && !url.includes('/assets/')) return
    // On a busy machine the page's script may be the first to focus the summary. Another test checks the focus.
    if (message.text().startsWith('Autofocus processing was blocked')) return
    complaints.push(`${message.type()}: ${message.text()} (${url})`)
  })
  context.on('weberror', (error) => complaints.push(String(error.error())))
  context.on('request', (request) => {
    if (!origins.includes(new URL(request.url()).origin)) complaints.push(`asked for ${request.url()}`)
  })
  return complaints
}
