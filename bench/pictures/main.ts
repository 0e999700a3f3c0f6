import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../../test/support/browser.ts'
import { measureFirstVisit } from '../../test/support/measure.ts'
import { openSite, pageNames, type Site } from '../../test/support/site.ts'
import { isLanguage, type Language } from '../../src/i18n/languages.ts'
import { drawForDocuments } from './documents.ts'
import { drawMails } from './mails.ts'

const project = join(import.meta.dirname, '../..')
const widths = [390, 1280] as const
const schemes = ['light', 'dark'] as const

/** `npm run screenshots`: every page into `screenshots/`, and what it costs to load. `-- de` takes another language, `-- --docs` the pictures of `docs/`, `-- --mails` the mails. */
async function main(args: readonly string[]): Promise<void> {
  const language = args.find(isLanguage) ?? 'en'
  const site = await openSite()
  const browser = await launchBrowser()
  try {
    if (args.includes('--mails')) {
      const folder = join(project, 'screenshots/mails')
      print(`${String(await drawMails(browser, folder))} pictures in ${folder}`)
    } else if (args.includes('--docs')) await drawForDocuments(browser, site, join(project, 'docs/images'))
    else await drawAll(browser, site, language)
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
  print('page                        width    KB  requests  shift  first paint after the answer')
  for (const name of pageNames)
    for (const width of widths) {
      const { bytes, requests, shift, paintAfterAnswerMs } = await measureFirstVisit(
        browser,
        site.address(name, language),
        width,
      )
      const cells = [
        name.padEnd(26),
        String(width).padStart(6),
        (bytes / 1024).toFixed(1).padStart(5),
        String(requests).padStart(9),
      ]
      print([...cells, shift.toFixed(3).padStart(6), `${paintAfterAnswerMs.toFixed(0).padStart(6)} ms`].join(' '))
    }
  print(`\n${String(pageNames.length * 4)} pictures in ${folder}`)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

await main(process.argv.slice(2))
