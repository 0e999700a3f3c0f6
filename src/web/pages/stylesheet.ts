import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultAccent, type Branding } from '../../domain/product.ts'
import { contrast } from './contrast.ts'

type Stylesheet = { readonly text: string; readonly etag: string }

const file = join(import.meta.dirname, '../../../public/style.css')
/** The backgrounds behind text in the accent color. The stylesheet has the same values. */
const lightGrounds = ['#ffffff', '#f4f6f8', '#e8f2fb'] as const
const darkGrounds = ['#1a2029', '#12171e', '#13263a'] as const
const enough = 4.5

/** The stylesheet of `public/` with the product's color for both color schemes. */
export function createStylesheet(branding: Pick<Branding, 'accentColor'>): Stylesheet {
  const accent = branding.accentColor ?? defaultAccent
  const light = readable(accent, '#000000', lightGrounds)
  const dark = readable(accent, '#ffffff', darkGrounds)
  const text = [
    readFileSync(file, 'utf8'),
    `:root { --brand: ${accent}; --accent: ${light}; --on-accent: #ffffff }`,
    `@media screen and (prefers-color-scheme: dark) { :root { --accent: ${dark}; --on-accent: #12171e } }`,
    '',
  ].join('\n')
  return { text, etag: `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"` }
}

/** The color if it is readable on all backgrounds, otherwise the closest readable mix with `other`. */
function readable(color: string, other: string, grounds: readonly string[]): string {
  for (let share = 0; share < 1; share += 0.02) {
    const mixed = mix(color, other, share)
    if (grounds.every((ground) => contrast(mixed, ground) >= enough)) return mixed
  }
  return other
}

function mix(a: string, b: string, share: number): string {
  const other = channels(b)
  const mixed = channels(a).map((channel, i) => Math.round(channel * (1 - share) + (other[i] ?? 0) * share))
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}

function channels(color: string): readonly number[] {
  return [1, 3, 5].map((start) => parseInt(color.slice(start, start + 2), 16))
}
