import { expect, it } from 'vitest'
import { createReference } from '../../src/domain/reference.ts'

it('a reference has twelve unambiguous characters, and uses all their bits', () => {
  const references = Array.from({ length: 2_000 }, createReference)
  expect(new Set(references).size).toBe(2_000)
  for (const reference of references) expect(reference).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}$/)
  for (const at of [0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13])
    expect(new Set(references.map((reference) => reference[at])).size).toBe(32)
})
