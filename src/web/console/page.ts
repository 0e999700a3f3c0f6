import type { Response } from 'express'
import { consoleAssets } from './assets.ts'
import { consolePaths } from './paths.ts'
import { knownUser } from './user.ts'

/** A page of the console to send. */
export type ConsolePage = {
  /** `data-page`. */
  readonly name: string
  readonly status: number
  /** A file of `views/console`. */
  readonly template: string
  /** `title` is the page's heading, too. */
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
