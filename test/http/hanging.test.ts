import { expect, it } from 'vitest'
import { land } from '../support/browse.ts'
import { marketplaceApp } from '../support/marketplace.ts'
import { page } from '../support/page.ts'

it('serves 200 healthy landings while 60 hang, and ends each of those at the deadline', async () => {
  const { app, rows, simulator } = await marketplaceApp({ env: { MARKETPLACE_DEADLINE_MS: '3000' } })
  const server = app.listen(0, '127.0.0.1')
  const hang = async () => {
    const answer = await land(server, simulator.issueToken('hanging').token)
    return [page(answer.text).name, answer.status]
  }
  const hanging = Promise.all(Array.from({ length: 60 }, hang))
  for (let wave = 0; wave < 20; wave += 1) {
    const healthy = await Promise.all(
      Array.from({ length: 10 }, () => land(server, simulator.issueToken('new-buyer').token)),
    )
    expect(healthy.map(({ status }) => status)).toEqual(Array(10).fill(303))
  }
  expect(rows()).toHaveLength(200)
  for (const answer of await hanging) expect(answer).toEqual(['marketplace-unreachable', 504])
  server.close()
})
