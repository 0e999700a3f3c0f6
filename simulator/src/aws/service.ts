import type { Caller } from './signature.ts'
import type { Scope } from './authentication.ts'
import type { Input } from './wire/input.ts'

export type Call = {
  readonly caller: Caller
  /** Ends a long poll whose caller has left. */
  readonly gone: AbortSignal
  /** The simulator's own address as this caller sees it. */
  readonly origin: string
}

/** Answers with the output, in which a Date is a timestamp. Throws an `AwsError`. */
export type Operation = (input: Input, call: Call) => object | Promise<object>

export type Service = Scope & {
  /** Of its exceptions. */
  readonly namespace: string
  readonly operations: Readonly<Record<string, Operation>>
  /** Also tells an error's code in the Query protocol, for clients that still expect that. */
  readonly queryCompatible?: true
}
