import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import type { Language } from '../../src/i18n/languages.ts'
import type { Site } from '../../test/support/site.ts'
import type { Demo } from './demo.ts'

/** A page of the site by its name, or an address. */
type View = readonly [page: string, language?: Language, colorScheme?: 'light' | 'dark']
type Picture = Readonly<Record<'phone' | 'desktop', View>>

/** Each picture shows a phone and a desktop. WebP is a third of the size; PNG works wherever a README is shown. */
const picturesOf = (demo: Demo): Readonly<Record<string, Picture>> => ({
  'registration.png': { phone: ['registration'], desktop: ['registration'] },
  'fields.webp': { phone: ['own-fields'], desktop: ['own-invalid-fields'] },
  'complete.webp': { phone: ['complete'], desktop: ['complete'] },
  'dark.webp': { phone: ['registration', 'en', 'dark'], desktop: ['complete', 'en', 'dark'] },
  'failures.webp': { phone: ['marketplace-busy'], desktop: ['token-expired'] },
  'languages.webp': { phone: ['registration', 'ja'], desktop: ['complete', 'pt-BR'] },
  'console.webp': { phone: [demo.console, 'en', 'dark'], desktop: [demo.console] },
  'simulator.webp': { phone: [demo.simulator], desktop: [demo.simulator] },
})

const heightPx = 1180
const gapPx = 16
const scale = 0.6
const px = (length: number) => `${String(Math.round(length))}px`
const sizes = { phone: { width: 390, height: heightPx }, desktop: { width: 860, height: heightPx } } as const

type Scene = { readonly browser: Browser; readonly site: Site; readonly demo: Demo }

/** Writes the pictures of the documents. */
export async function drawForDocuments({ browser, site, demo }: Scene, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const frame = await browser.newPage({
    viewport: {
      width: Math.round((sizes.phone.width + sizes.desktop.width) * scale) + 3 * gapPx,
      height: Math.round(heightPx * scale) + 2 * gapPx,
    },
  })
  const devtools = await frame.context().newCDPSession(frame)
  for (const [name, { phone, desktop }] of Object.entries(picturesOf(demo))) {
    const images = [await draw(browser, site, phone, 'phone'), await draw(browser, site, desktop, 'desktop')]
    await frame.setContent(
      `<style>
        body { margin: 0; padding: ${px(gapPx)}; display: flex; gap: ${px(gapPx)}; background: #8c97a5 }
        img { height: ${px(heightPx * scale)}; border-radius: 8px }
      </style>` + images.map((image) => `<img src="data:image/png;base64,${image.toString('base64')}">`).join(''),
    )
    const format = name.endsWith('.webp') ? ({ format: 'webp', quality: 85 } as const) : ({ format: 'png' } as const)
    const { data } = await devtools.send('Page.captureScreenshot', format)
    await writeFile(join(folder, name), Buffer.from(data, 'base64'))
  }
}

async function draw(browser: Browser, site: Site, view: View, size: keyof typeof sizes): Promise<Buffer> {
  const [name, language = 'en', colorScheme = 'light'] = view
  const page = await browser.newPage({ viewport: sizes[size], colorScheme })
  await page.goto(name.startsWith('http') ? name : site.address(name, language))
  const image = await page.screenshot()
  await page.close()
  return image
}
