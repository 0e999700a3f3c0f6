import { z } from 'zod'

/** A variable that must be set; `fix` says to what. */
export const text = (fix: string) => z.string({ error: `is missing: ${fix}` }).trim()

export const optionalText = z.string().trim()

/** Says what is wrong with a value, without the value, and how to fix it; null when nothing is. */
export type FaultOf = (value: string) => string | null

/** A refinement by a function that returns the fault. */
export const without = (faultOf: FaultOf) => (value: string, context: z.RefinementCtx<string>) => {
  const message = faultOf(value)
  if (message !== null) context.addIssue({ code: 'custom', message })
}

export const wholeNumber = (fallback: number, min: number, max: number) =>
  z
    .string()
    .trim()
    .default(String(fallback))
    .superRefine(without((digits) => numberFault(digits, min, max)))
    .transform(Number)

function numberFault(digits: string, min: number, max: number): string | null {
  // Kubernetes sets NAME_PORT in every pod of a namespace that has a service with the name.
  if (/^(?:tcp|udp|sctp):\/\//.test(digits))
    return 'is the address of a Kubernetes service: set enableServiceLinks: false in the pod, or rename the service'
  if (/^\d{1,9}$/.test(digits) && Number(digits) >= min && Number(digits) <= max) return null
  return `must be a whole number from ${String(min)} to ${String(max)}`
}

/** An address to listen on. An IPv6 address may have the brackets that it has in a URL. */
export const listenAddress = (fallback: string) =>
  optionalText.default(fallback).transform((host) => host.replace(/^\[(.*)\]$/, '$1'))

/** Items between commas. */
export const list = (fix: string) =>
  text(fix)
    .transform((items) => items.split(',').map((item) => item.trim()))
    .refine((items) => items.every((item) => item !== ''), { error: 'has an empty entry between two commas' })

/** One of two variables that are set together or not at all is missing. */
export function together(given: Readonly<Record<string, string>>, one: string, other: string): readonly string[] {
  if ((given[one] === undefined) === (given[other] === undefined)) return []
  const [missing, set] = given[one] === undefined ? [one, other] : [other, one]
  return [`${missing} is missing: set it, or remove ${set}`]
}
