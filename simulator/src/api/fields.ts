/** What somebody sent that cannot be used; the message says what to send. */
export class InputFault extends Error {}

/** What a program sent as JSON or as a form. Each reading throws an `InputFault` for a value that it cannot use. */
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
    return fieldsOf(Object.fromEntries(new URLSearchParams(body)), true)
  }
  const value = body.trim() === '' ? {} : parsed(body)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return fieldsOf({ ...value }, false)
  throw new InputFault('Send a JSON object, or a form (application/x-www-form-urlencoded).')
}

const instantPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/

function fieldsOf(values: Readonly<Record<string, unknown>>, isForm: boolean): Fields {
  const valueOf = (name: string): unknown => (Object.hasOwn(values, name) ? values[name] : undefined)

  const textOrNull: Fields['textOrNull'] = (name, pattern, rule) => {
    const value = valueOf(name)
    if (value === undefined || value === null) return value
    if (typeof value === 'string' && pattern.test(value)) return value
    throw new InputFault(`${name}: ${name} is ${rule}`)
  }

  return {
    textOrNull,
    allowOnly: (names) => {
      const unknown = Object.keys(values).find((name) => !names.includes(name))
      if (unknown !== undefined)
        throw new InputFault(`${unknown}: there is no such field; there are ${names.join(', ')}`)
    },
    oneOf: (name, allowed) => {
      const value = valueOf(name)
      if (value === undefined) return undefined
      const found = allowed.find((one) => one === value)
      if (found !== undefined) return found
      throw new InputFault(`${name}: ${JSON.stringify(value)} is none of ${allowed.join(', ')}`)
    },
    whole: (name, least, most) => {
      const value = valueOf(name)
      if (value === undefined) return undefined
      const number = isForm && typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
      if (typeof number === 'number' && Number.isSafeInteger(number) && number >= least && number <= most) return number
      throw new InputFault(`${name}: ${name} is a whole number from ${least.toString()} to ${most.toString()}`)
    },
    flag: (name) => {
      const value = valueOf(name)
      if (value === undefined || typeof value === 'boolean') return value
      if (isForm && (value === 'true' || value === 'false')) return value === 'true'
      throw new InputFault(`${name}: ${name} is true or false`)
    },
    instant: (name) => {
      const value = valueOf(name)
      if (value === undefined) return undefined
      if (typeof value === 'string' && instantPattern.test(value) && !Number.isNaN(Date.parse(value))) {
        return Date.parse(value)
      }
      throw new InputFault(`${name}: ${name} is an ISO 8601 instant, for example 2027-06-30T00:00:00Z`)
    },
    text: (name, pattern, rule) => {
      const value = textOrNull(name, pattern, rule)
      if (value !== null) return value
      throw new InputFault(`${name}: ${name} is ${rule}`)
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
