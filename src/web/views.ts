import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ejs from 'ejs'
import type { Express } from 'express'

const folder = join(import.meta.dirname, '../../views')

/** Sets up the templates. With caching, all templates are compiled at the start, so that pages need no file access. */
export function useViews(app: Express, cached: boolean): void {
  app.set('views', folder)
  app.set('view engine', 'ejs')
  app.set('view cache', cached)
  // Otherwise Express loads it with the first page.
  app.engine('ejs', (path, data, done) => {
    ejs.renderFile(path, data, done)
  })
  if (!cached) return
  // Templates in the folder `mail` are not pages.
  for (const place of [folder, join(folder, 'console')]) compileAll(place)
}

function compileAll(place: string): void {
  for (const file of readdirSync(place).filter((name) => name.endsWith('.ejs'))) {
    const filename = join(place, file)
    ejs.cache.set(filename, ejs.compile(readFileSync(filename, 'utf8'), { filename, cache: true }))
  }
}
