/** A call of AWS other than ResolveCustomer. */
export type AwsCall = {
  readonly at: number
  readonly requestId: string
  readonly operation: string
  /** `ok`, or the exception's name. */
  readonly outcome: string
  readonly accessKeyId: string | null
  readonly region: string | null
}

export type AwsCalls = {
  readonly add: (call: AwsCall) => void
  /** The latest, oldest first. */
  readonly list: () => readonly AwsCall[]
  readonly clear: () => void
}

const keep = 1_000

export function createAwsCalls(): AwsCalls {
  let calls: AwsCall[] = []
  return {
    add: (call) => {
      calls.push(call)
      if (calls.length >= keep * 2) calls = calls.slice(-keep)
    },
    list: () => calls.slice(-keep),
    clear: () => {
      calls = []
    },
  }
}
