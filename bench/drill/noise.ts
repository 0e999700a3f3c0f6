import fc from 'fast-check'

export const oneOf = <const T>(...values: readonly T[]) => fc.constantFrom(...values)
/** Text that nobody typed. */
export const garbage = fc.string({ unit: 'binary', maxLength: 60 })
export const bytes = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 300,
})
