import { serializationError } from '../aws-error.ts'

/** The parsed body of a call. */
export type Input = Readonly<Record<string, unknown>>

export function isInput(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function textIn(input: Input, key: string): string | null {
  const value = input[key] ?? null
  if (value === null || typeof value === 'string') return value
  throw serializationError(`${typeof value} can not be converted to a String`)
}

export function numberIn(input: Input, key: string): number | null {
  const value = input[key] ?? null
  if (value === null || typeof value === 'number') return value
  throw serializationError(`${typeof value} can not be converted to a Number`)
}

export function objectIn(input: Input, key: string): Input | null {
  const value = input[key] ?? null
  if (value === null || isInput(value)) return value
  throw serializationError('Start of structure or map expected.')
}

function listIn(input: Input, key: string): readonly unknown[] | null {
  const value = input[key] ?? null
  if (value === null || Array.isArray(value)) return value
  throw serializationError('Start of list expected.')
}

export function objectsIn(input: Input, key: string): readonly Input[] | null {
  const list = listIn(input, key)
  if (list === null || list.every(isInput)) return list
  throw serializationError('Start of structure or map expected.')
}

export function textsIn(input: Input, key: string): readonly string[] | null {
  const list = listIn(input, key)
  if (list === null || list.every((value) => typeof value === 'string')) return list
  throw serializationError('A list of strings is expected.')
}

/** Milliseconds since 1970 of a time in AWS JSON (seconds) or CBOR. */
export function timeIn(input: Input, key: string): number | null {
  const value = input[key] ?? null
  if (value === null) return null
  if (value instanceof Date) return value.getTime()
  if (typeof value === 'number') return value * 1000
  throw serializationError(`${typeof value} can not be converted to a Timestamp`)
}
