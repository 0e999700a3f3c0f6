import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Sha256 } from '../../src/aws/sha256.ts'

const key = Buffer.from('a signing key of thirty-two bytes')
/** A view into a larger buffer: its bytes, and no others, are the key. */
const view = Uint8Array.from(Buffer.concat([Buffer.from('before'), key, Buffer.from('after')])).subarray(
  6,
  6 + key.length,
)

async function digestOf(sha256: Sha256, ...parts: readonly Parameters<Sha256['update']>[0][]): Promise<string> {
  for (const part of parts) sha256.update(part)
  return Buffer.from(await sha256.digest()).toString('hex')
}

describe('the SHA-256 that the SDK signs with', () => {
  it('is that of text, of bytes and of parts', async () => {
    const expected = createHash('sha256').update('Grüße an AWS').digest('hex')
    expect(await digestOf(new Sha256(), 'Grüße an AWS')).toBe(expected)
    expect(await digestOf(new Sha256(), new TextEncoder().encode('Grüße an AWS'))).toBe(expected)
    expect(await digestOf(new Sha256(), 'Grüße', new TextEncoder().encode(' an AWS').buffer)).toBe(expected)
  })

  it.each([
    ['text', key.toString()],
    ['bytes', new Uint8Array(key)],
    ['a view into other bytes', view],
    ['a buffer', new Uint8Array(key).buffer],
  ])('is an HMAC with a secret that is %s', async (_, secret) => {
    const hmac = (text: string) => createHmac('sha256', key).update(text).digest('hex')
    expect(await digestOf(new Sha256(secret), 'one')).toBe(hmac('one'))
    expect(await digestOf(new Sha256(secret), 'two')).toBe(hmac('two'))
  })

  it('does not take one key for another', async () => {
    const other = new Uint8Array(32).fill(7)
    await digestOf(new Sha256(new Uint8Array(key)), 'one')
    expect(await digestOf(new Sha256(other), 'one')).toBe(createHmac('sha256', other).update('one').digest('hex'))
  })

  it('starts anew after a reset', async () => {
    const sha256 = new Sha256(key)
    sha256.update('forgotten')
    sha256.reset()
    expect(await digestOf(sha256, 'one')).toBe(createHmac('sha256', key).update('one').digest('hex'))
  })
})
