import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Response } from 'express'
import { assets, versionOf } from '../pages/assets.ts'
import { paths } from '../paths.ts'
import { consolePaths } from './paths.ts'
import { knownUser } from './user.ts'

/** A page of the console. */
export type ConsolePage = {
  /** `data-page`. */
  readonly name: string
  readonly status: number
  /** A template in `views/console`. */
  readonly template: string
  /** `title` is also the page's heading. */
  readonly model: { readonly title: string } & Readonly<Record<string, unknown>>
}

const stylesheet = readFileSync(join(import.meta.dirname, '../../../public/console.css'), 'utf8')
const { style, icon } = assets({ accentColor: null })
/** The buyers' stylesheet without a product's color, and the console's own. */
const files = { styles: [style, `${paths.assets}/console.css?v=${versionOf(stylesheet)}`], icon }

export function sendConsolePage(res: Response, { name, status, template, model }: ConsolePage): void {
  const user = knownUser(res)
  const frame = { name, files, home: consolePaths.home, signOut: consolePaths.signOut, user }
  res
    .status(status)
    .set({ 'Cache-Control': 'no-store', 'Content-Language': 'en' })
    .render(`console/${template}`, { frame, ...model })
}
