import { z } from 'zod'

/** A required variable. `fix` describes the value. */
export const text = (fix: string) => z.string({ error: `is missing: ${fix}` }).trim()

export const optionalText = z.string().trim()

/** Returns the error of a value and its fix, without the value; null if there is none. */
type ErrorOf = (value: string) => string | null

/** Makes a refinement of a function that returns the error. */
export const without = (errorOf: ErrorOf) => (value: string, context: z.RefinementCtx<string>) => {
  const message = errorOf(value)
  if (message !== null) context.addIssue({ code: 'custom', message })
}

export const wholeNumber = (fallback: number, min: number, max: number) =>
  z
    .string()
    .trim()
    .default(String(fallback))
    .superRefine(without((digits) => numberError(digits, min, max)))
    .transform(Number)

function numberError(digits: string, min: number, max: number): string | null {
  // For every service, Kubernetes sets a variable NAME_PORT in all pods of the namespace.
  if (/^(?:tcp|udp|sctp):\/\//.test(digits))
    return 'is the address of a Kubernetes service: set enableServiceLinks: false in the pod, or rename the service'
  if (/^\d{1,9}$/.test(digits) && Number(digits) >= min && Number(digits) <= max) return null
  return `must be a whole number from ${String(min)} to ${String(max)}`
}

/** An address to listen on. An IPv6 address may have brackets as in a URL. */
export const listenAddress = (fallback: string) =>
  optionalText.default(fallback).transform((host) => host.replace(/^\[(.*)\]$/, '$1'))

/** Items separated by commas. */
export const list = (fix: string) =>
  text(fix)
    .transform((items) => items.split(',').map((item) => item.trim()))
    .refine((items) => items.every((item) => item !== ''), { error: 'has an empty entry between two commas' })

/** The error if only one of two variables is set that must be set together. */
export function together(given: Readonly<Record<string, string>>, one: string, other: string): readonly string[] {
  if ((given[one] === undefined) === (given[other] === undefined)) return []
  const [missing, set] = given[one] === undefined ? [one, other] : [other, one]
  return [`${missing} is missing: set it, or remove ${set}`]
}
