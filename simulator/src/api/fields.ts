import { InvalidInput } from '../http/router.ts'

/**
 * The fields of a JSON or form body. Each function throws `InvalidInput` for a value that cannot be
 * used.
 */
export type Fields = {
  readonly allowOnly: (names: readonly string[]) => void
  readonly oneOf: <T extends string>(name: string, values: readonly T[]) => T | undefined
  readonly whole: (name: string, least: number, most: number) => number | undefined
  readonly flag: (name: string) => boolean | undefined
  /** Milliseconds since 1970 of an ISO 8601 instant. */
  readonly instant: (name: string) => number | undefined
  readonly text: (name: string, pattern: RegExp, rule: string) => string | undefined
  readonly textOrNull: (name: string, pattern: RegExp, rule: string) => string | null | undefined
}

export function readFields(contentType: string | undefined, body: string): Fields {
  if (contentType?.startsWith('application/x-www-form-urlencoded')) {
    return fieldsOf(Object.fromEntries(new URLSearchParams(body)), 'form')
  }
  const value = body.trim() === '' ? {} : parsed(body)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return fieldsOf({ ...value }, 'json')
  throw new InvalidInput('Send a JSON object, or a form (application/x-www-form-urlencoded).')
}

const instantPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/

function fieldsOf(values: Readonly<Record<string, unknown>>, kind: 'form' | 'json'): Fields {
  const valueOf = (name: string): unknown => (Object.hasOwn(values, name) ? values[name] : undefined)

  /** A form sends an empty text for a field that was not filled in. */
  const givenOf = (name: string): unknown => (kind === 'form' && valueOf(name) === '' ? undefined : valueOf(name))

  const textOrNull: Fields['textOrNull'] = (name, pattern, rule) => {
    const value = valueOf(name)
    if (value === undefined || value === null) return value
    if (typeof value === 'string' && pattern.test(value)) return value
    throw new InvalidInput(`${name}: send ${rule}`)
  }

  return {
    textOrNull,
    allowOnly: (names) => {
      const unknown = Object.keys(values).find((name) => !names.includes(name))
      if (unknown !== undefined) throw new InvalidInput(`${unknown}: unknown field; send ${names.join(', ')}`)
    },
    oneOf: (name, allowed) => {
      const value = givenOf(name)
      if (value === undefined) return undefined
      const found = allowed.find((one) => one === value)
      if (found !== undefined) return found
      throw new InvalidInput(`${name}: ${JSON.stringify(value)} is unknown; send ${allowed.join(', ')}`)
    },
    whole: (name, least, most) => {
      const value = givenOf(name)
      if (value === undefined) return undefined
      const number = kind === 'form' && typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
      if (typeof number === 'number' && Number.isSafeInteger(number) && number >= least && number <= most) return number
      throw new InvalidInput(`${name}: send a whole number from ${least.toString()} to ${most.toString()}`)
    },
    flag: (name) => {
      const value = givenOf(name)
      if (value === undefined || typeof value === 'boolean') return value
      if (kind === 'form' && (value === 'true' || value === 'false')) return value === 'true'
      throw new InvalidInput(`${name}: send true or false`)
    },
    instant: (name) => {
      const value = givenOf(name)
      if (value === undefined) return undefined
      const isInstant = typeof value === 'string' && instantPattern.test(value) && !Number.isNaN(Date.parse(value))
      if (isInstant) return Date.parse(value)
      throw new InvalidInput(`${name}: send an ISO 8601 instant, for example 2027-06-30T00:00:00Z`)
    },
    text: (name, pattern, rule) => {
      const value = textOrNull(name, pattern, rule)
      if (value !== null) return value
      throw new InvalidInput(`${name}: send ${rule}`)
    },
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}
