import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readEnvFile, variablesIn } from '../../src/config/env-file.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const text = 'SELLER_NAME=M\u00fcller\n# a comment\nPRODUCT_NAME="A # B"\r\n'
const variables = { SELLER_NAME: 'M\u00fcller', PRODUCT_NAME: 'A # B' }
const utf16 = (characters: string) => Buffer.from(characters, 'utf16le')

it.each([
  ['UTF-8', Buffer.from(text)],
  ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${text}`)],
  ['UTF-16', utf16(`\ufeff${text}`)],
  ['UTF-16 without a byte order mark', utf16(text)],
  ['big-endian UTF-16', utf16(`\ufeff${text}`).swap16()],
  ['big-endian UTF-16 without a byte order mark', utf16(text).swap16()],
])('reads variables from a file in %s', (_, bytes) => {
  expect(variablesIn(bytes)).toEqual(variables)
})

it('rejects bytes in another encoding', () => {
  expect(variablesIn(Buffer.from(text, 'latin1'))).toBeNull()
})

it('reads no variables from an empty or missing file, and names an unreadable one', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'empty'), '')
  mkdirSync(join(folder, 'folder'))
  expect([readEnvFile(join(folder, 'empty')), readEnvFile(join(folder, 'missing'))]).toEqual([{}, {}])
  expect(readEnvFile(join(folder, 'folder'))).toMatch(/folder cannot be read \(EISDIR\): make it a file/)
})
