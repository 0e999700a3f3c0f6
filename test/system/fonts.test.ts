import { chromium } from 'playwright-core'
import { expect, it, onTestFinished } from 'vitest'
import { findChromium } from '../support/chromium.ts'
import { installed } from '../support/debian.ts'
import { ofEachTemplate, openSite } from '../support/site.ts'

/** A private-use character: no font has it. */
const undrawable = '\u{10fffd}'

it.each(['ja', 'ko', 'zh-CN'] as const)(
  'a browser with Debian’s fonts draws every character, in %s',
  async (language) => {
    installed('fontconfig')
    installed('fonts-noto-cjk')
    const { executablePath, env } = await findChromium()
    const { FONTCONFIG_PATH: _, ...withoutOwnFonts } = env
    const browser = await chromium.launch({ executablePath, env: { ...process.env, ...withoutOwnFonts } })
    onTestFinished(() => browser.close())
    const site = await openSite()
    onTestFinished(site.close)
    const page = await browser.newPage()
    for (const name of ofEachTemplate) {
      await page.goto(site.address(name, language))
      expect([name, await page.evaluate(notDrawn, undrawable)]).toEqual([name, [undrawable]])
    }
  },
)

/** Runs in the page: the characters of its text, and `undrawable`, that look like a character without a glyph. */
function notDrawn(undrawable: string): readonly string[] {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('no canvas')
  context.canvas.width = context.canvas.height = 48
  context.font = `32px ${getComputedStyle(document.body).fontFamily}`
  context.textBaseline = 'top'
  const drawn = (character: string) => {
    context.clearRect(0, 0, 48, 48)
    context.fillText(character, 4, 4)
    return context.getImageData(0, 0, 48, 48).data.join()
  }
  const missing = drawn(undrawable)
  const characters = new Set(Array.from(document.body.innerText.replaceAll(/\s/g, '') + undrawable))
  return [...characters].filter((character) => drawn(character) === missing)
}
