/** Shortens a URL such as `northwind.example/support` for print and telephone. A long URL becomes its host only. */
export function shortAddress(url: string): string {
  const short = url.replace(/^https?:\/\//, '').replace(/\/$/, '')
  return short.length <= 48 ? short : (short.split('/', 1)[0] ?? short)
}
