import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ejs from 'ejs'
import type { Express } from 'express'

const folder = join(import.meta.dirname, '../../views')

/** Sets up the templates. Cached templates are all compiled at start, so that no page needs to open a file later. */
export function useViews(app: Express, cached: boolean): void {
  app.set('views', folder)
  app.set('view engine', 'ejs')
  app.set('view cache', cached)
  // Otherwise Express loads it with the first page.
  app.engine('ejs', (path, data, done) => {
    ejs.renderFile(path, data, done)
  })
  if (!cached) return
  // The templates in the folder `mail` are not for pages.
  for (const place of [folder, join(folder, 'console')]) compileAll(place)
}

function compileAll(place: string): void {
  for (const file of readdirSync(place).filter((name) => name.endsWith('.ejs'))) {
    const filename = join(place, file)
    ejs.cache.set(filename, ejs.compile(readFileSync(filename, 'utf8'), { filename, cache: true }))
  }
}
