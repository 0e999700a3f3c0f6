import { freePort } from '../../test/support/free-port.ts'
import { answering, run } from './program.ts'
import type { Stage } from './stage.ts'
import { productCode } from './task.ts'

/** The simulated AWS Marketplace, in a process of its own. */
export type Market = {
  readonly url: string
  readonly token: (order: Order) => Promise<string>
  readonly tokens: (order: Order, count: number) => Promise<readonly string[]>
}

/** What `POST /tokens` takes. */
export type Order = {
  readonly scenario: string
  readonly awsAccountId?: string
  readonly licenseArn?: string | null
  readonly latencyMs?: number
}

export async function startMarket(stage: Stage): Promise<Market> {
  const port = await freePort()
  const url = `http://127.0.0.1:${String(port)}`
  const args = ['src/simulator/main.ts', '--quiet', '--port', String(port), '--product-code', productCode]
  await answering(run(stage, { args, log: 'market.log' }), `${url}/scenarios`)
  const issue = async (order: object): Promise<unknown> => {
    const answer = await fetch(`${url}/tokens`, { method: 'POST', body: JSON.stringify(order) })
    if (!answer.ok) throw new Error(`the simulator refuses: ${await answer.text()}`)
    return answer.json()
  }
  return {
    url,
    token: async (order) => ((await issue(order)) as Issued).token,
    tokens: async (order, count) =>
      ((await issue({ ...order, count })) as { tokens: Issued[] }).tokens.map(({ token }) => token),
  }
}

type Issued = { readonly token: string }
