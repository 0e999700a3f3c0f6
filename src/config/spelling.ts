/**
 * What is wrong with how a value was written, or null. Readers of `.env` files differ: Node's takes an unquoted `#` for the
 * beginning of a comment, Docker's keeps quotation marks.
 */
export function spelling(value: string | undefined): string | null {
  const text = value?.trim()
  if (text === '')
    return 'is set but empty: give it a value or remove it. In .env an unquoted # begins a comment, so a value with # needs quotes'
  if (text !== undefined && /^(["']).*\1$/s.test(text))
    return 'has quotation marks around its value: leave them out, for docker --env-file keeps them'
  return null
}
