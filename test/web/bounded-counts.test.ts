import { expect, it } from 'vitest'
import { boundedCounts } from '../../src/web/middleware/bounded-counts.ts'

function counts(maxKeys: number) {
  const clock = { now: 0 }
  const store = boundedCounts({ windowMs: 60_000, maxKeys }, () => clock.now)
  const hits = async (key: string) => (await store.increment(key)).totalHits
  return { clock, hits }
}

it('the rate limit counts each client for one minute', async () => {
  const { clock, hits } = counts(10)
  expect([await hits('a'), await hits('a'), await hits('b')]).toEqual([1, 2, 1])
  clock.now = 59_999
  expect(await hits('a')).toBe(3)
  clock.now = 60_000
  expect(await hits('a')).toBe(1)
})

it('the rate limit drops the oldest clients beyond its limit', async () => {
  const { hits } = counts(3)
  for (const key of ['a', 'b', 'c']) await hits(key)
  expect(await hits('a')).toBe(2)
  await hits('d')
  expect(await hits('c')).toBe(2)
  expect(await hits('a')).toBe(1)
})
