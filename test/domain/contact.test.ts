import { describe, expect, it } from 'vitest'
import { parseContact } from '../../src/domain/contact.ts'

const filled = { email: 'jane@example.com', name: 'Jane Doe', company: 'Example', phone: '' }

describe('the e-mail address', () => {
  it.each([
    'jane@gmail.com',
    'jane.doe+aws-marketplace@example.co.uk',
    "o'brien@example.ie",
    'jane_doe%x@sub.domain.example',
    '用户@例子.世界',
    'грета@пример.рф',
    'müller@bücher.example',
    'देव@उदाहरण.भारत',
    '  jane@example.com  ',
  ])('%s is accepted', (email) => {
    expect(parseContact({ ...filled, email })).toMatchObject({ contact: { email: email.trim() } })
  })

  it.each([
    ['mailto:jane@example.com', 'jane@example.com'],
    ['MAILTO:jane@example.com?subject=Hello', 'jane@example.com'],
    ['Jane Doe <jane@example.com>', 'jane@example.com'],
    ['"Doe, Jane" <jane@example.com>', 'jane@example.com'],
    ['<mailto:jane@example.com>', 'jane@example.com'],
  ])('%j is read as %s', (typed, email) => {
    expect(parseContact({ ...filled, email: typed })).toMatchObject({ contact: { email } })
  })

  it.each([
    'jane',
    'jane@',
    '@example.com',
    'jane@example',
    'jane@@example.com',
    'jane doe@example.com',
    'jane@exa mple.com',
    'Jane <jane@example.com>, Joe <joe@example.com>',
    'joe@example.com <jane@example.com>',
    'Jane\n<jane@example.com>',
    'mailto:a@example.com,b@example.com',
    'a@example.com, b@example.com',
    'jane@example.com\nBcc: x@example.com',
    'jane@.example.com',
    'jane@example..com',
    `${'x'.repeat(65)}@example.com`,
    'jane@example.com\0',
  ])('%j is refused as invalid', (email) => {
    expect(parseContact({ ...filled, email })).toMatchObject({ problems: { email: 'invalid' } })
  })
})

describe('the form', () => {
  it('names what is missing, and keeps what was typed', () => {
    expect(parseContact({ email: ' ', name: '', company: 'Example' })).toEqual({
      problems: { email: 'missing', name: 'missing' },
      values: { email: '', name: '', company: 'Example', phone: '' },
    })
  })

  it('has an optional phone number, which needs three digits before any letter', () => {
    expect(parseContact(filled)).toMatchObject({ contact: { phone: null } })
    expect(parseContact({ ...filled, phone: '٠١٢٣' })).toMatchObject({ contact: { phone: '٠١٢٣' } })
    for (const phone of ['+1 (206) 555-0100 ext. 7', '030/123456-12', '０３-１２３４'])
      expect(parseContact({ ...filled, phone })).toMatchObject({ contact: { phone } })
    for (const phone of ['call me', 'call me 999', '12', '1 or 2 or 3'])
      expect(parseContact({ ...filled, phone })).toMatchObject({ problems: { phone: 'invalid' } })
  })

  it.each(['name', 'company'] as const)('refuses what cannot be printed in %s', (field) => {
    for (const text of ['a\0b', 'a\nb', 'a\u001bb', 'a\ud800b', 'a\u2028b']) {
      expect(parseContact({ ...filled, [field]: text })).toMatchObject({ problems: { [field]: 'invalid' } })
    }
  })

  it('refuses what is too long', () => {
    const long = {
      email: `${'x'.repeat(60)}@${'y'.repeat(200)}.com`,
      name: 'x'.repeat(201),
      company: 'x'.repeat(201),
      phone: '1'.repeat(51),
    }
    expect(parseContact(long)).toMatchObject({
      problems: { email: 'too-long', name: 'too-long', company: 'too-long', phone: 'too-long' },
    })
  })

  it.each([undefined, null, 'text', 7, { email: ['a@example.com', 'b@example.com'] }])(
    'survives the body %j',
    (body) => {
      expect(parseContact(body)).toMatchObject({ problems: { email: 'missing' } })
    },
  )

  it('composes what was typed in parts', () => {
    expect(parseContact({ ...filled, name: 'Zoe\u0308' })).toMatchObject({ contact: { name: 'Zoë' } })
  })
})

describe('what could harm', () => {
  it.each(['email', 'name', 'company', 'phone'] as const)(
    '%s of 64 KB of combining marks is refused at once',
    (field) => {
      const startedAt = performance.now()
      const marks = `a${'\u0315\u0300'.repeat(32 * 1024)}`
      expect(parseContact({ ...filled, [field]: marks })).toMatchObject({ problems: { [field]: 'too-long' } })
      expect(performance.now() - startedAt).toBeLessThan(100)
    },
  )

  it.each(['name', 'company', 'email', 'phone'] as const)(
    'a control of the writing direction in %s is refused',
    (field) => {
      for (const control of ['\u202e', '\u2066', '\u200f', '\u061c']) {
        const text = `${filled[field] || '12'}${control}3`
        expect(parseContact({ ...filled, [field]: text })).toMatchObject({ problems: { [field]: 'invalid' } })
      }
    },
  )

  it('such controls around a copied number are dropped', () => {
    expect(parseContact({ ...filled, phone: '\u202a+1 206 555 0100\u202c' })).toMatchObject({
      contact: { phone: '+1 206 555 0100' },
    })
  })
})
