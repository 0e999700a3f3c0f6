import { expect, it } from 'vitest'
import { maskedContact, maskedEmail } from '../../src/web/pages/masked.ts'

it.each([
  ['jane.doe@example.com', 'j•••@example.com'],
  ['j@example.com', 'j•••@example.com'],
  ['jürgen+aws@müller.example', 'j•••@müller.example'],
  ['𝒿ane@example.com', '𝒿•••@example.com'],
  ['"a@b"@example.com', '"•••@example.com'],
  ['nonsense', '•••'],
])('masks %s as %s', (email, masked) => {
  expect(maskedEmail(email)).toBe(masked)
})

it('masks other contact details so that their owner recognizes them', () => {
  const contact = { email: 'jane@example.com', name: 'Jane Doe', company: 'Example Buyer', phone: '+1 206 555 0142' }
  expect(maskedContact(contact)).toEqual({
    email: 'j•••@example.com',
    name: 'J•••',
    company: 'E•••',
    phone: '•••42',
  })
  expect(maskedContact({ ...contact, phone: null }).phone).toBe('')
})
