import { z } from 'zod'
import { composed, invalidInText, type InvalidCharacters } from './characters.ts'
import { localized, type Answers, type OwnField } from './own-field.ts'

/** Errors of an answer. Each one has its own sentence on the page. */
export type InvalidAnswer = 'missing' | 'too-long' | 'not-an-option' | InvalidCharacters

/** The submitted value of each field, to show it again. `true` for a checked checkbox, otherwise empty. */
type AnswerValues = Readonly<Record<string, string>>

export type ParsedAnswers = {
  readonly values: AnswerValues
  /** By field name, in the order of the form. Empty if all answers are valid. */
  readonly invalidFields: ReadonlyMap<string, InvalidAnswer>
  /** The answers to all fields. Complete only if all answers are valid. */
  readonly answers: Answers
}

const body = z.record(z.string(), z.unknown()).catch({})
const checked = ['true', 'on', '1']
const unchecked = ['', 'false', 'off', '0']

/** Reads the answers to these fields from a form's body and ignores everything else. */
export function parseAnswers(fields: readonly OwnField[], sent: unknown): ParsedAnswers {
  const given = body.parse(sent)
  const values: Record<string, string> = {}
  const answers: Record<string, string | boolean | null> = {}
  const invalidFields = new Map<string, InvalidAnswer>()
  for (const field of fields) {
    const text = textOf(Object.hasOwn(given, field.name) ? given[field.name] : undefined, field)
    values[field.name] = text
    const reason = reasonOf(field, text)
    if (reason === null) answers[field.name] = answerOf(field, text)
    else invalidFields.set(field.name, reason)
  }
  return { values, answers, invalidFields }
}

/** The labels in this language, by field name. */
export function labelsOf(fields: readonly OwnField[], language: string): Readonly<Record<string, string>> {
  return Object.fromEntries(fields.map(({ name, label }) => [name, localized(label, language).text]))
}

/** Stored answers as the form shows them. Omits values that no field of the form accepts any more. */
export function valuesOf(fields: readonly OwnField[], answers: Answers): AnswerValues {
  return Object.fromEntries(
    fields.map((field) => {
      const answer = Object.hasOwn(answers, field.name) ? answers[field.name] : null
      const text = typeof answer === 'boolean' ? (answer ? 'true' : '') : (answer ?? '')
      return [field.name, reasonOf({ ...field, required: false }, text) === null ? text : '']
    }),
  )
}

function textOf(sent: unknown, { type }: OwnField): string {
  if (typeof sent !== 'string') return ''
  if (type === 'checkbox') return checked.includes(sent) ? 'true' : unchecked.includes(sent) ? '' : sent
  return composed(sent.replaceAll('\r\n', '\n').trim())
}

function reasonOf({ type, required, maxLength, options }: OwnField, text: string): InvalidAnswer | null {
  if (text === '') return required ? 'missing' : null
  switch (type) {
    case 'checkbox':
      return text === 'true' ? null : 'not-an-option'
    case 'select':
    case 'radio':
      return options.some(({ id }) => id === text) ? null : 'not-an-option'
    case 'text':
      return textReason(text, maxLength)
    case 'textarea':
      return textReason(text.replace(/[\n\t]/g, ' '), maxLength)
  }
}

function textReason(text: string, maxLength: number): InvalidAnswer | null {
  if (codePoints(text) > maxLength) return 'too-long'
  return invalidInText(text)
}

function codePoints(text: string): number {
  return Array.from(text).length
}

function answerOf({ type }: OwnField, text: string): string | boolean | null {
  if (type === 'checkbox') return text === 'true'
  return text === '' ? null : text
}
