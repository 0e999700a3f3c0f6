import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { languages } from '../../src/i18n/languages.ts'
import { buyerMails, sellerMail, sellerMailTypes } from '../../test/support/mails.ts'

const widths = [390, 640] as const
const schemes = ['light', 'dark'] as const

/** Writes each mail in each language as pictures at two widths, and as plain text. */
export async function drawMails(browser: Browser, folder: string): Promise<number> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const toBuyers = languages.flatMap((language) =>
    [...buyerMails(language)].map(([name, mail]) => [`${name}-${language}`, mail] as const),
  )
  const toSeller = sellerMailTypes.map((type) => [`seller-${type}`, sellerMail(type)] as const)
  const mails = [...toBuyers, ...toSeller]
  let pictures = 0
  for (const width of widths)
    for (const colorScheme of schemes) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 }, javaScriptEnabled: false })
      for (const [name, { html, text, subject }] of mails) {
        await page.setContent(html)
        await page.screenshot({ path: join(folder, `${name}-${String(width)}-${colorScheme}.png`), fullPage: true })
        await writeFile(join(folder, `${name}.txt`), `Subject: ${subject}\n\n${text}`)
        pictures += 1
      }
      await page.close()
    }
  return pictures
}
