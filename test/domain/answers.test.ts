import fc from 'fast-check'
import { expect, it } from 'vitest'
import { labelsOf, parseAnswers, valuesOf } from '../../src/domain/answers.ts'
import type { OwnField } from '../../src/domain/own-field.ts'
import { codePoint } from '../support/text.ts'

const field = (name: string, over: Partial<OwnField> = {}): OwnField => ({
  name,
  type: 'text',
  label: { en: name },
  help: null,
  required: false,
  maxLength: 200,
  options: [],
  ...over,
})
const options = [
  { id: 'eu', label: { en: 'Europe' } },
  { id: 'us', label: { en: 'United States' } },
]
const form = [
  field('team'),
  field('use_case', { type: 'textarea', maxLength: 5, required: true }),
  field('region', { type: 'select', options }),
  field('size', { type: 'radio', options }),
  field('terms', { type: 'checkbox', required: true }),
]
const complete = { use_case: 'abc', terms: 'true' }

it('stores texts, option ids and checkboxes, and null for an optional field without an answer', () => {
  const parsed = parseAnswers(form, { ...complete, team: ' Blue ', region: 'eu', size: '' })
  expect(parsed.invalidFields.size).toBe(0)
  expect(parsed.answers).toEqual({ team: 'Blue', use_case: 'abc', region: 'eu', size: null, terms: true })
})

it('ignores values that belong to no field of the form', () => {
  const { answers } = parseAnswers(form, { ...complete, color: 'red', __proto__: { team: 'x' } })
  expect(Object.keys(answers)).toEqual(['team', 'use_case', 'region', 'size', 'terms'])
  expect(answers['team']).toBeNull()
})

it.each([
  ['a missing required text', { ...complete, use_case: ' \r\n ' }, 'use_case', 'missing'],
  ['a checkbox that is required and unchecked', { use_case: 'abc' }, 'terms', 'missing'],
  ['a text one character too long', { ...complete, use_case: '😀😀😀😀😀😀' }, 'use_case', 'too-long'],
  ['an option that is not on the list', { ...complete, region: 'mars' }, 'region', 'not-an-option'],
  ['a property of every object as an option', { ...complete, region: 'constructor' }, 'region', 'not-an-option'],
  ['a checkbox with another value', { ...complete, terms: 'maybe' }, 'terms', 'not-an-option'],
  ['a control character', { ...complete, team: 'a\u0000b' }, 'team', 'invalid'],
  ['a line break in a one-line text', { ...complete, team: 'a\nb' }, 'team', 'invalid'],
  ['a code point that is no character', { ...complete, team: 'a\ufffe' }, 'team', 'invalid'],
  ['31 combining marks in a row', { ...complete, team: `a${'\u0315'.repeat(31)}` }, 'team', 'invalid'],
  ['a writing direction control', { ...complete, team: 'a\u202eb' }, 'team', 'invisible'],
  ['a zero-width space', { ...complete, team: 'a\u200bb' }, 'team', 'invisible'],
])('reports %s', (_, body, name, reason) => {
  const { invalidFields, answers } = parseAnswers(form, body)
  expect([...invalidFields]).toEqual([[name, reason]])
  expect(answers).not.toHaveProperty(name)
})

it('counts code points, and a line break as one character', () => {
  const { invalidFields, answers } = parseAnswers(form, { ...complete, use_case: '😀\r\n\r\n😀é' })
  expect([...invalidFields]).toEqual([])
  expect(answers['use_case']).toBe('😀\n\n😀é')
})

it('treats a field that was sent several times as no answer', () => {
  expect(parseAnswers(form, { ...complete, region: ['eu', 'us'] }).answers['region']).toBeNull()
})

it('keeps the submitted values, so that the form can show them again', () => {
  expect(parseAnswers(form, { use_case: 'far too long', region: 'mars', terms: 'on' }).values).toEqual({
    team: '',
    use_case: 'far too long',
    region: 'mars',
    size: '',
    terms: 'true',
  })
})

it('keeps a text with many combining marks as typed, because composing it takes long', () => {
  const text = `e\u0301${'\u0315'.repeat(31)}`
  expect(parseAnswers(form, { ...complete, team: text }).values['team']).toBe(text)
})

it('shows stored answers, without an option that was removed', () => {
  const stored = { team: 'Blue', use_case: null, region: 'mars', size: 'us', terms: true, gone: 'x' }
  expect(valuesOf(form, stored)).toEqual({ team: 'Blue', use_case: '', region: '', size: 'us', terms: 'true' })
})

it('returns the labels that the buyer saw, in English if the language is missing', () => {
  const fields = [field('a', { label: { en: 'Region', de: 'Gebiet' } }), field('b', { label: { en: 'Team' } })]
  expect(labelsOf(fields, 'de')).toEqual({ a: 'Gebiet', b: 'Team' })
})

it('never throws and never stores an invalid answer', () => {
  const value = fc.oneof(fc.string({ unit: codePoint, maxLength: 40 }), fc.array(fc.string()), fc.constant(null))
  const names = fc.constantFrom(...form.map(({ name }) => name), 'x')
  const isAccepted = (body: object) => {
    const { answers, invalidFields } = parseAnswers(form, body)
    const { region = null, size = null, use_case: useCase = '' } = answers
    return (
      Object.keys(answers).every((name) => !invalidFields.has(name)) &&
      [region, size].every((answer) => [null, 'eu', 'us'].includes(answer as string | null)) &&
      Array.from(String(useCase)).length <= 5
    )
  }
  fc.assert(fc.property(fc.dictionary(names, value), isAccepted), { numRuns: 50 })
})
