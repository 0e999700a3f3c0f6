import type { Caller } from './signature.ts'
import type { Scope } from './authentication.ts'
import type { Input } from './wire/input.ts'

export type Call = {
  readonly caller: Caller
  /** Ends a long poll whose caller has disconnected. */
  readonly gone: AbortSignal
  /** The simulator's own address as the caller sees it. */
  readonly origin: string
}

/** Returns the output, in which a Date is a timestamp. Throws `AwsError`. */
export type Operation = (input: Input, call: Call) => object | Promise<object>

export type Service = Scope & {
  /** The namespace of its exceptions. */
  readonly namespace: string
  readonly operations: Readonly<Record<string, Operation>>
  /** JSON errors also have their code of the Query protocol, for clients that still expect it. */
  readonly queryCompatible?: true
}
