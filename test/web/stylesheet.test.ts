import { describe, expect, it } from 'vitest'
import { contrast } from '../../src/config/contrast.ts'
import { createStylesheet } from '../../src/web/pages/stylesheet.ts'

const accents = [
  null,
  '#0b5cad',
  '#b3261e',
  '#007a33',
  '#000000',
  '#6b2fb3',
  '#7a6a00',
  '#767676',
  '#f5d76e',
  '#ffffff',
]

describe.each(accents)('with the accent %s', (accentColor) => {
  const { text } = createStylesheet({ accentColor })
  const [light = '', dark = ''] = [...text.matchAll(/--accent: (#[0-9a-f]{6}); --on-accent: #[0-9a-f]{6}/g)].map(
    ([, color]) => color,
  )

  it.each(['#ffffff', '#f4f6f8', '#e8f2fb'])('links can be read on the light ground %s', (ground) => {
    expect(contrast(light, ground)).toBeGreaterThanOrEqual(4.5)
  })

  it.each(['#1a2029', '#12171e', '#13263a'])('links can be read on the dark ground %s', (ground) => {
    expect(contrast(dark, ground)).toBeGreaterThanOrEqual(4.5)
  })

  it('buttons can be read in both', () => {
    expect(contrast(light, '#ffffff')).toBeGreaterThanOrEqual(4.5)
    expect(contrast(dark, '#12171e')).toBeGreaterThanOrEqual(4.5)
  })
})

it('keeps a color that can be read as it is', () => {
  expect(createStylesheet({ accentColor: '#0b5cad' }).text).toContain('--accent: #0b5cad;')
})

it('has the grounds that the contrast is computed for', () => {
  const { text } = createStylesheet({ accentColor: null })
  for (const [name, colors] of [
    ['ground', ['#f4f6f8', '#12171e']],
    ['surface', ['#ffffff', '#1a2029']],
    ['wait-tint', ['#e8f2fb', '#13263a']],
  ] as const)
    expect([...text.matchAll(new RegExp(`--${name}: (#[0-9a-f]{6})`, 'g'))].map(([, color]) => color)).toEqual(colors)
})

it('asks for nothing from elsewhere', () => {
  expect(createStylesheet({ accentColor: null }).text).not.toMatch(/url\(|@import|https?:/)
})

it('has another etag for another color', () => {
  const [one, other] = ['#0b5cad', '#b3261e'].map((accentColor) => createStylesheet({ accentColor }).etag)
  expect(one).toMatch(/^"[0-9a-f]{16}"$/)
  expect(one).not.toBe(other)
})
