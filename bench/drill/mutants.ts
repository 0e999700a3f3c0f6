import { deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { text } from './mutant-bodies.ts'
import { header, method, path } from './mutant-heads.ts'
import { bytes, oneOf } from './noise.ts'

/** A request as nobody should send it. `{token}`, `{cookie}` and `{id}` stand for what is valid at the moment it is sent. */
export type Mutant = {
  /** Written to a bare socket; else sent by an HTTP client. */
  readonly raw: boolean
  readonly method: string
  readonly path: string
  readonly version: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Body
  /** Changes to the bytes of a raw request, at shares of its length. */
  readonly damage: readonly Damage[]
}

export type Body = { readonly text: string; readonly coding: 'plain' | 'gzip' | 'deflate' | 'latin1' }
export type Damage = { readonly at: number; readonly drop: number; readonly insert: string }

const damage = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.nat({ max: 12 }),
  insert: fc.oneof(oneOf('', '\r\n', '\n', '\0', ' ', ':', '\r\n\r\n', 'GET / HTTP/1.1\r\n', '\t'), bytes),
})

/** Form posts that are nearly right lead deeper than noise, so those prevail. */
export const mutants: fc.Arbitrary<Mutant> = fc.record({
  raw: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 2, arbitrary: fc.constant(true) }),
  method,
  path,
  version: fc.oneof(
    { weight: 12, arbitrary: fc.constant('HTTP/1.1') },
    { weight: 1, arbitrary: oneOf('HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9', 'http/1.1', '') },
  ),
  headers: fc
    .tuple(fc.integer({ min: 0, max: 9 }), fc.array(header, { maxLength: 5 }))
    .map(([usual, odd]) => (usual < 7 ? [...usualHeaders, ...odd] : odd)),
  body: fc.record({
    text,
    coding: fc.oneof(
      { weight: 8, arbitrary: fc.constant('plain' as const) },
      { weight: 1, arbitrary: oneOf('gzip', 'deflate', 'latin1') },
    ),
  }),
  damage: fc.oneof(
    { weight: 2, arbitrary: fc.array(damage, { maxLength: 0 }) },
    { weight: 1, arbitrary: fc.array(damage, { maxLength: 3 }) },
  ),
})

const usualHeaders = [
  ['Content-Type', 'application/x-www-form-urlencoded'],
  ['Sec-Fetch-Site', 'same-origin'],
  ['Cookie', '{cookie}'],
] as const

export function bytesOf({ text, coding }: Body): Buffer {
  if (coding === 'latin1') return Buffer.from(text, 'latin1')
  const plain = Buffer.from(text)
  return coding === 'gzip' ? gzipSync(plain) : coding === 'deflate' ? deflateSync(plain) : plain
}
