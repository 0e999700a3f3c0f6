import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Branding } from '../../config/branding.ts'
import { paths } from '../paths.ts'
import { createStylesheet } from './stylesheet.ts'

export type Assets = { readonly style: string; readonly script: string; readonly icon: string }

const folder = join(import.meta.dirname, '../../../public')

/** The addresses of a page's files. Each changes with its content, so that browsers may keep them. */
export function assets(branding: Branding): Assets {
  const versioned = (name: string, content: string) =>
    `${paths.assets}/${name}?v=${createHash('sha256').update(content).digest('hex').slice(0, 8)}`
  const file = (name: string) => versioned(name, readFileSync(join(folder, name), 'utf8'))
  return {
    style: versioned('style.css', createStylesheet(branding).text),
    script: file('page.js'),
    icon: file('icon.svg'),
  }
}
