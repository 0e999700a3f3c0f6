import type { Response } from 'express'
import { consoleAssets } from './assets.ts'
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

export function sendConsolePage(res: Response, { name, status, template, model }: ConsolePage): void {
  const user = knownUser(res)
  const frame = { name, files: consoleAssets, home: consolePaths.home, signOut: consolePaths.signOut, user }
  res
    .status(status)
    .set({ 'Cache-Control': 'no-store', 'Content-Language': 'en' })
    .render(`console/${template}`, { frame, ...model })
}
