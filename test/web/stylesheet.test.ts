import { expect, it } from 'vitest'
import { contrast } from '../../src/web/pages/contrast.ts'
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

it('links and buttons get a readable shade of any accent color', () => {
  const unreadable = accents.flatMap((accentColor) => {
    const { text } = createStylesheet({ accentColor })
    const [light = '', dark = ''] = [...text.matchAll(/--accent: (#[0-9a-f]{6}); --on-accent: #[0-9a-f]{6}/g)].map(
      ([, color]) => color,
    )
    const onLight = ['#ffffff', '#f4f6f8', '#e8f2fb'].map((ground) => [light, ground] as const)
    const onDark = ['#1a2029', '#12171e', '#13263a'].map((ground) => [dark, ground] as const)
    const pairs = [...onLight, ...onDark].map(([color, ground]) => ({ accentColor, color, ground }))
    return pairs.filter(({ color, ground }) => contrast(color, ground) < 4.5)
  })
  expect(unreadable).toEqual([])
})

it('a readable accent color is kept', () => {
  expect(createStylesheet({ accentColor: '#0b5cad' }).text).toContain('--accent: #0b5cad;')
})

it('the stylesheet has the backgrounds that the contrast is computed for', () => {
  const { text } = createStylesheet({ accentColor: null })
  for (const [name, colors] of [
    ['ground', ['#f4f6f8', '#12171e']],
    ['surface', ['#ffffff', '#1a2029']],
    ['wait-tint', ['#e8f2fb', '#13263a']],
  ] as const)
    expect([...text.matchAll(new RegExp(`--${name}: (#[0-9a-f]{6})`, 'g'))].map(([, color]) => color)).toEqual(colors)
})

it('the stylesheet loads nothing from another host', () => {
  expect(createStylesheet({ accentColor: null }).text).not.toMatch(/url\(|@import|https?:/)
})

it('another color has another ETag', () => {
  const [one, other] = ['#0b5cad', '#b3261e'].map((accentColor) => createStylesheet({ accentColor }).etag)
  expect(one).toMatch(/^"[0-9a-f]{16}"$/)
  expect(one).not.toBe(other)
})
