import fc from 'fast-check'

/** Any code point, surrogates included. fast-check's own unit `binary` takes seconds to build. */
export const codePoint = fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point))
