import { expect, it } from 'vitest'
import { suggestAddress } from '../../src/domain/mail-domain.ts'

it.each([
  ['jane@gmial.com', 'jane@gmail.com'],
  ['jane@gmal.com', 'jane@gmail.com'],
  ['jane@gmaill.com', 'jane@gmail.com'],
  ['jane@gmail.con', 'jane@gmail.com'],
  ['jane@gmail.co', 'jane@gmail.com'],
  ['Jane@Hotmial.com', 'Jane@hotmail.com'],
  ['jane@yahoo.co.u', 'jane@yahoo.co.uk'],
  ['jane@outlok.com', 'jane@outlook.com'],
])('for %s, suggests %s', (typed, meant) => {
  expect(suggestAddress(typed)).toBe(meant)
})

it.each([
  'jane@gmail.com',
  'jane@GMAIL.com',
  'jane@mail.com',
  'jane@email.com',
  'jane@yahoo.com.br',
  'jane@example.com',
  'jane@gmx.de',
  'jane@hotmail.it',
  'jane',
  '',
])('suggests nothing for %j', (typed) => {
  expect(suggestAddress(typed)).toBeNull()
})
