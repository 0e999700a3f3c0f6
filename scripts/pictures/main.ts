import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../../test/support/browser.ts'
import { openSite, pageNames, type Site } from '../../test/support/site.ts'
import { isLanguage, type Language } from '../../src/i18n/languages.ts'
import { drawForDocuments } from './documents.ts'
import { startDemo } from './demo.ts'
import { drawMails } from './mails.ts'

const project = join(import.meta.dirname, '../..')
const widths = [390, 1280] as const
const schemes = ['light', 'dark'] as const

/**
 * `npm run screenshots`: writes a picture of every page to `screenshots/`. `-- de` selects another language. `-- --docs` writes
 * the pictures of `docs/` instead, and `-- --mails` those of the mails.
 */
async function main(args: readonly string[]): Promise<void> {
  const language = args.find(isLanguage) ?? 'en'
  const site = await openSite()
  const browser = await launchBrowser()
  try {
    if (args.includes('--mails')) {
      const folder = join(project, 'screenshots/mails')
      process.stdout.write(`${String(await drawMails(browser, folder))} pictures in ${folder}\n`)
    } else if (args.includes('--docs')) {
      const demo = await startDemo()
      await drawForDocuments({ browser, site, demo }, join(project, 'docs/images')).finally(demo.close)
    } else await drawAll(browser, site, language)
  } finally {
    await browser.close()
    site.close()
  }
}

async function drawAll(browser: Browser, site: Site, language: Language): Promise<void> {
  const folder = join(project, 'screenshots')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (const width of widths) {
    for (const colorScheme of schemes) {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } })
      const page = await context.newPage()
      for (const name of pageNames) {
        await page.goto(site.address(name, language))
        await page.screenshot({ path: join(folder, `${name}-${String(width)}-${colorScheme}.png`), fullPage: true })
      }
      await context.close()
    }
  }
  process.stdout.write(`${String(pageNames.length * widths.length * schemes.length)} pictures in ${folder}\n`)
}

await main(process.argv.slice(2))
