/** The part of CBOR (RFC 8949) that Smithy's rpc-v2-cbor uses. A tagged time is a Date. */
export function decodeCbor(bytes: Buffer): unknown {
  const reader = { bytes, at: 0 }
  const value = read(reader, 0)
  if (reader.at !== bytes.length) throw new Error('there are bytes after the value')
  return value
}

type Reader = { readonly bytes: Buffer; at: number }

const maxDepth = 32
const stop = Symbol('break')

function read(reader: Reader, depth: number): unknown {
  if (depth > maxDepth) throw new Error('it is nested too deeply')
  const first = take(reader, 1).readUInt8()
  const [major, short] = [first >> 5, first & 31]
  if (first === 0xff) return stop
  if (major === 7) return simple(reader, short)
  const open = short === 31
  const length = open ? Infinity : argument(reader, short)
  switch (major) {
    case 0:
      return length
    case 1:
      return -1 - length
    case 2:
      return open
        ? Buffer.concat(items(reader, depth, length).filter((chunk) => Buffer.isBuffer(chunk)))
        : take(reader, length)
    case 3:
      return open ? items(reader, depth, length).join('') : take(reader, length).toString()
    case 4:
      return items(reader, depth, length)
    case 5:
      return map(reader, depth, length)
    default: {
      const value = read(reader, depth + 1)
      return length === 1 && typeof value === 'number' ? new Date(value * 1000) : value
    }
  }
}

function simple(reader: Reader, short: number): unknown {
  if (short === 20 || short === 21) return short === 21
  if (short === 22 || short === 23) return null
  if (short === 25) return half(take(reader, 2).readUInt16BE())
  if (short === 26) return take(reader, 4).readFloatBE()
  if (short === 27) return take(reader, 8).readDoubleBE()
  throw new Error('it has an unknown simple value')
}

function half(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023]
  const sign = bits >> 15 === 0 ? 1 : -1
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

function argument(reader: Reader, short: number): number {
  if (short < 24) return short
  if (short === 24) return take(reader, 1).readUInt8()
  if (short === 25) return take(reader, 2).readUInt16BE()
  if (short === 26) return take(reader, 4).readUInt32BE()
  if (short === 27) return Number(take(reader, 8).readBigUInt64BE())
  throw new Error('it has an unknown length')
}

function items(reader: Reader, depth: number, length: number): unknown[] {
  const values: unknown[] = []
  while (values.length < length) {
    const value = read(reader, depth + 1)
    if (value === stop) break
    values.push(value)
  }
  return values
}

function map(reader: Reader, depth: number, length: number): Record<string, unknown> {
  const entries: [string, unknown][] = []
  while (entries.length < length) {
    const key = read(reader, depth + 1)
    if (key === stop) break
    entries.push([String(key), read(reader, depth + 1)])
  }
  return Object.fromEntries(entries)
}

function take(reader: Reader, length: number): Buffer {
  const end = reader.at + length
  if (end > reader.bytes.length) throw new Error('it is cut off')
  const taken = reader.bytes.subarray(reader.at, end)
  reader.at = end
  return taken
}

export function encodeCbor(value: unknown): Buffer {
  if (value === null || value === undefined) return Buffer.from([0xf6])
  if (typeof value === 'boolean') return Buffer.from([value ? 0xf5 : 0xf4])
  if (typeof value === 'number') return Number.isSafeInteger(value) ? integer(value) : double(value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Date) return Buffer.concat([head(6, 1), double(value.getTime() / 1000)])
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(encodeCbor)])
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  return Buffer.concat([head(5, entries.length), ...entries.flatMap((entry) => entry.map(encodeCbor))])
}

function integer(value: number): Buffer {
  return value < 0 ? head(1, -1 - value) : head(0, value)
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(9, 0xfb)
  bytes.writeDoubleBE(value, 1)
  return bytes
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length])
  const bytes = Buffer.alloc(9, (major << 5) | 27)
  bytes.writeBigUInt64BE(BigInt(length), 1)
  return bytes
}
