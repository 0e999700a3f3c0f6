/** A ResolveCustomer call. */
export type Call = {
  /** When the request's headers arrived: milliseconds since 1970, with fractions. */
  readonly at: number
  readonly requestId: string
  readonly token: string | null
  /** Null if the call was rejected before its token was read. */
  readonly scenario: string | null
  /** The answer: `customer`, `empty`, `html`, `reset`, `hang`, or the exception's name. */
  readonly outcome: string
  readonly accessKeyId: string | null
  readonly region: string | null
  readonly hasSessionToken: boolean
  /** The role of temporary credentials that the simulated AssumeRole issued. */
  readonly assumedRoleArn: string | null
}

export type Calls = {
  /** The number of calls since the start or the last `clear`, including those no longer kept. */
  readonly count: () => number
  /** The latest calls, oldest first. */
  readonly list: () => readonly Call[]
  /** The calls of one token, oldest first. */
  readonly of: (token: string) => readonly Call[]
  readonly clear: () => void
}

export type CallLog = Calls & { readonly add: (call: Call) => void }

export function createCallLog(keep: number): CallLog {
  let calls: Call[] = []
  let count = 0
  return {
    add: (call) => {
      count += 1
      calls.push(call)
      // Dropping half at once costs less than moving the whole list for each call.
      if (calls.length >= keep * 2) calls = calls.slice(-keep)
    },
    count: () => count,
    list: () => calls.slice(-keep),
    of: (token) => calls.slice(-keep).filter((call) => call.token === token),
    clear: () => {
      calls = []
      count = 0
    },
  }
}
