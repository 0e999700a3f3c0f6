import { expect, it } from 'vitest'
import { instant } from '../../src/i18n/instant.ts'

it.each([
  ['fr', /^1er décembre 2026/],
  ['pt-BR', /^1º de dezembro de 2026/],
  ['es', /^1 de diciembre de 2026/],
  ['en', /^December 1, 2026/],
] as const)('the first day of a month is written as in %s', (language, expected) => {
  expect(instant(language, new Date('2026-12-01T10:00:00Z'))).toMatch(expected)
})

it('another day of a month in French has no ordinal number', () => {
  expect(instant('fr', new Date('2026-12-11T10:00:00Z'))).toMatch(/^11 décembre 2026/)
})
