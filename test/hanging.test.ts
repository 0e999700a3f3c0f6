import { expect, it } from 'vitest'
import { land } from './support/browse.ts'
import { marketplaceApp } from './support/marketplace.ts'
import { page } from './support/page.ts'

it('serves 200 healthy landings while 60 hang, and ends each of those at the deadline', async () => {
  const deadlineMs = 3_000
  const { app, rows, simulator } = await marketplaceApp({ env: { MARKETPLACE_DEADLINE_MS: String(deadlineMs) } })
  const server = app.listen(0, '127.0.0.1')
  const hang = async () => {
    const startedAt = performance.now()
    const answer = await land(server, simulator.issueToken('hanging').token)
    return { name: page(answer.text).name, status: answer.status, ms: performance.now() - startedAt }
  }
  const hanging = Promise.all(Array.from({ length: 60 }, hang))
  for (let wave = 0; wave < 20; wave += 1) {
    const healthy = await Promise.all(
      Array.from({ length: 10 }, () => land(server, simulator.issueToken('new-buyer').token)),
    )
    expect(healthy.map(({ status }) => status)).toEqual(Array(10).fill(303))
  }
  expect(rows()).toHaveLength(200)
  for (const { name, status, ms } of await hanging) {
    expect([name, status]).toEqual(['marketplace-unreachable', 504])
    // Room for a busy machine: a deadline for each of the three attempts instead of all would take three times as long.
    expect(ms).toBeLessThan(2 * deadlineMs)
  }
  server.close()
})
