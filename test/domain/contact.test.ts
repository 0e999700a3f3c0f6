import { describe, expect, it } from 'vitest'
import { parseContact as parse } from '../../src/domain/contact.ts'

const parseContact = (body: unknown) => parse(body, 'optional')

const filled = { email: 'jane@example.com', name: 'Jane Doe', company: 'Example', phone: '' }

describe('the email address', () => {
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
  ])('accepts the email address %s', (email) => {
    expect(parseContact({ ...filled, email })).toMatchObject({ contact: { email: email.trim() } })
  })

  it.each([
    ['mailto:jane@example.com', 'jane@example.com'],
    ['MAILTO:jane@example.com?subject=Hello', 'jane@example.com'],
    ['Jane Doe <jane@example.com>', 'jane@example.com'],
    ['"Doe, Jane" <jane@example.com>', 'jane@example.com'],
    ['<mailto:jane@example.com>', 'jane@example.com'],
    ['ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'jane@example.com'],
    ['jane＠example。co。jp', 'jane@example.co.jp'],
    ['\u3000jane@example.com\u3000', 'jane@example.com'],
    ['Jane@EXAMPLE.Com', 'Jane@example.com'],
    ['jane@BÜCHER.example', 'jane@bücher.example'],
  ])('reads the email address %j as %s', (typed, email) => {
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
  ])('rejects the email address %j', (email) => {
    expect(parseContact({ ...filled, email })).toMatchObject({ invalidFields: { email: 'invalid' } })
  })
})

describe('the form', () => {
  it('reports missing fields and keeps what was typed', () => {
    expect(parseContact({ email: ' ', name: '', company: 'Example' })).toEqual({
      invalidFields: { email: 'missing', name: 'missing' },
      values: { email: '', name: '', company: 'Example', phone: '' },
    })
  })

  it('accepts a phone number with three digits before any letter, or none', () => {
    expect(parseContact(filled)).toMatchObject({ contact: { phone: null } })
    expect(parseContact({ ...filled, phone: '٠١٢٣' })).toMatchObject({ contact: { phone: '٠١٢٣' } })
    for (const phone of ['+1 (206) 555-0100 ext. 7', '030/123456-12', '０３-１２３４'])
      expect(parseContact({ ...filled, phone })).toMatchObject({ contact: { phone } })
    for (const phone of ['call me', 'call me 999', '12', '1 or 2 or 3'])
      expect(parseContact({ ...filled, phone })).toMatchObject({ invalidFields: { phone: 'invalid' } })
  })

  it.each(['name', 'company'] as const)('rejects control characters in %s', (field) => {
    for (const text of ['a\0b', 'a\nb', 'a\u001bb', 'a\ud800b', 'a\u2028b']) {
      expect(parseContact({ ...filled, [field]: text })).toMatchObject({ invalidFields: { [field]: 'invalid' } })
    }
  })

  it('counts the length of a name in characters, not in code units', () => {
    expect(parseContact({ ...filled, name: '𠮷'.repeat(200) })).toHaveProperty('contact')
    expect(parseContact({ ...filled, name: '𠮷'.repeat(201) })).toMatchObject({ invalidFields: { name: 'too-long' } })
  })

  it('rejects values that are too long', () => {
    const long = {
      email: `${'x'.repeat(60)}@${'y'.repeat(200)}.com`,
      name: 'x'.repeat(201),
      company: 'x'.repeat(201),
      phone: '1'.repeat(51),
    }
    expect(parseContact(long)).toMatchObject({
      invalidFields: { email: 'too-long', name: 'too-long', company: 'too-long', phone: 'too-long' },
    })
  })

  it.each([undefined, null, 'text', 7, { email: ['a@example.com', 'b@example.com'] }])(
    'treats the body %j as an empty form',
    (body) => {
      expect(parseContact(body)).toMatchObject({ invalidFields: { email: 'missing' } })
    },
  )

  it('composes letters with combining marks', () => {
    expect(parseContact({ ...filled, name: 'Zoe\u0308' })).toMatchObject({ contact: { name: 'Zoë' } })
  })
})

describe('invisible characters', () => {
  // Zero-width and soft hyphen, joiners, direction, fillers, tags, variation selectors, the empty Braille pattern.
  const invisible = [
    ...['\u200b', '\u00ad', '\u2060', '\ufeff', '\u034f', '\u180e', '\u2063', '\u200c', '\u200d'],
    ...['\u200e', '\u200f', '\u061c', '\u202e', '\u2066'],
    ...['\u3164', '\uffa0', '\u115f', '\u1160', '\u17b4', '\u2800', '\u{1d173}'],
    ...['\ufffc', '\u{1d159}', '\u{13441}', '\u{13442}'],
    ...['\u{e0001}', '\u{e0041}', '\ufe00', '\ufe0f', '\u{e0100}'],
  ]

  it.each(['email', 'name', 'company', 'phone'] as const)(
    'rejects invisible characters in %s with their own message',
    (field) => {
      for (const character of invisible) {
        const text = `${filled[field] || '12'}${character}34`
        expect([character, parseContact({ ...filled, [field]: text })]).toMatchObject([
          character,
          { invalidFields: { [field]: 'invisible' } },
        ])
      }
    },
  )

  it('rejects a name or company of invisible characters only', () => {
    for (const text of ['\u2800', '\u3164', '\u200b\u00ad', '\u{e0041}'])
      expect(parseContact({ ...filled, name: text, company: text })).toMatchObject({
        invalidFields: { name: 'invisible', company: 'invisible' },
      })
    expect(parseContact({ ...filled, name: '\u0301', company: '\u00a0\u2003' })).toMatchObject({
      invalidFields: { name: 'invalid', company: 'missing' },
    })
  })

  it.each([
    ['Persian', 'نرم\u200cافزار'],
    ['Sinhala', 'ශ්\u200dරී'],
    ['Japanese', '葛\u{e0100}城'],
    ['emoji', 'Café ☕\ufe0f'],
    ['joined emoji', '👩🏽\u200d💻 Labs'],
  ])('accepts invisible characters that a script needs: %s', (_, name) => {
    expect(parseContact({ ...filled, name, company: name })).toMatchObject({ contact: { name, company: name } })
  })

  it('removes invisible characters around a copied number', () => {
    expect(parseContact({ ...filled, phone: '\u202a+1 206 555 0100\u202c' })).toMatchObject({
      contact: { phone: '+1 206 555 0100' },
    })
  })
})

it.each(['email', 'name', 'company', 'phone'] as const)(
  'rejects 64 KB of combining marks in %s as too long',
  (field) => {
    const marks = `a${'\u0315\u0300'.repeat(32 * 1024)}`
    expect(parseContact({ ...filled, [field]: marks })).toMatchObject({ invalidFields: { [field]: 'too-long' } })
  },
)

it('treats the phone number as required or absent, like the form', () => {
  expect(parse({ ...filled, phone: ' ' }, 'required')).toMatchObject({ invalidFields: { phone: 'missing' } })
  expect(parse({ ...filled, phone: 'nonsense' }, 'off')).toEqual({
    contact: { email: filled.email, name: filled.name, company: filled.company },
  })
})
