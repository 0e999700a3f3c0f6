import { expect, it } from 'vitest'
import { maskedEmail } from '../../src/web/pages/masked-email.ts'

it.each([
  ['jane.doe@example.com', 'j•••@example.com'],
  ['j@example.com', 'j•••@example.com'],
  ['jürgen+aws@müller.example', 'j•••@müller.example'],
  ['𝒿ane@example.com', '𝒿•••@example.com'],
  ['"a@b"@example.com', '"•••@example.com'],
  ['nonsense', '•••'],
])('shows %s as %s', (email, masked) => {
  expect(maskedEmail(email)).toBe(masked)
})
