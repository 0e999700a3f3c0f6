import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Branding } from '../../domain/product.ts'
import { paths } from '../paths.ts'
import { createStylesheet } from './stylesheet.ts'

type Assets = { readonly style: string; readonly script: string; readonly icon: string }

const folder = join(import.meta.dirname, '../../../public')

/** The version in a file's URL: the first characters of its SHA-256. */
export function versionOf(content: string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 8)
}

/** The URLs of a page's files. They change with the content, so that browsers can cache them. */
export function assets(branding: Pick<Branding, 'accentColor'>): Assets {
  const versioned = (name: string, content: string) => `${paths.assets}/${name}?v=${versionOf(content)}`
  const file = (name: string) => versioned(name, readFileSync(join(folder, name), 'utf8'))
  return {
    style: versioned('style.css', createStylesheet(branding).text),
    script: file('page.js'),
    icon: file('icon.svg'),
  }
}
