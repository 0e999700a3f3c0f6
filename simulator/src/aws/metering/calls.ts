/** One ResolveCustomer call as it reached the simulator. */
export type Call = {
  /** Milliseconds since 1970 with fractions: when the request's headers were read. */
  readonly at: number
  readonly requestId: string
  readonly token: string | null
  /** Null when the call was refused before its token was looked at. */
  readonly scenario: string | null
  /** What it was answered: `customer`, `empty`, `html`, `reset`, `hang`, or the exception's name. */
  readonly outcome: string
  readonly accessKeyId: string | null
  readonly region: string | null
  readonly hasSessionToken: boolean
  /** The role whose temporary credentials signed the call, when our AssumeRole gave them. */
  readonly assumedRoleArn: string | null
}

export type Calls = {
  /** All calls since the start or the last `clear`, also those no longer kept. */
  readonly count: () => number
  /** The latest calls, oldest first. */
  readonly list: () => readonly Call[]
  /** Those of one token, oldest first. */
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
      // Cut in halves: dropping one at a time would move the whole list for each call.
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
