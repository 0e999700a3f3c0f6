/** Issues tokens. */
export type Market = {
  readonly url: string
  readonly tokens: (order: Order, count: number) => Promise<string[]>
}

/** The body of `POST /tokens`. */
type Order = {
  readonly scenario: string
  readonly awsAccountId?: string
  readonly licenseArn?: string
  readonly latencyMs?: number
}

/** The simulated AWS Marketplace at this URL. */
export function marketAt(url: string): Market {
  return {
    url,
    tokens: async (order, count) => {
      const answer = await fetch(`${url}/tokens`, { method: 'POST', body: JSON.stringify({ ...order, count }) })
      if (!answer.ok) throw new Error(`the simulator refuses: ${await answer.text()}`)
      const { tokens } = (await answer.json()) as { readonly tokens: readonly { readonly token: string }[] }
      return tokens.map(({ token }) => token)
    },
  }
}
