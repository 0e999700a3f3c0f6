import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto'

type Data = string | ArrayBuffer | ArrayBufferView
type Digest = ReturnType<typeof createHash | typeof createHmac>

/** The SDK keeps the signing key of a day; so is this kept, for as long. */
const keys = new WeakMap<ArrayBufferView, KeyObject>()

/**
 * SHA-256, and with a secret HMAC-SHA-256, for the SDK to sign with. Its own hands the signing key to Node as bytes at each
 * call, and making a key of them costs Node five times the digest. A class, for the SDK asks for one.
 */
export class Sha256 {
  readonly digestLength = 32
  readonly #start: () => Digest
  #running: Digest

  constructor(secret?: Data) {
    const key = secret === undefined ? null : keyOf(secret)
    this.#start = () => (key === null ? createHash('sha256') : createHmac('sha256', key))
    this.#running = this.#start()
  }

  update(data: Data): void {
    this.#running.update(typeof data === 'string' ? data : bytesOf(data))
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#running.digest())
  }

  reset(): void {
    this.#running = this.#start()
  }
}

function keyOf(secret: Data): KeyObject | string {
  if (typeof secret === 'string') return secret
  if (secret instanceof ArrayBuffer) return createSecretKey(new Uint8Array(secret))
  const key = keys.get(secret) ?? createSecretKey(bytesOf(secret))
  keys.set(secret, key)
  return key
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
}
