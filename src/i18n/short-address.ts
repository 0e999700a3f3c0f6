/** `northwind.example/support`: readable on paper and on the telephone. A long one is only its host. */
export function shortAddress(url: string): string {
  const short = url.replace(/^https?:\/\//, '').replace(/\/$/, '')
  return short.length <= 48 ? short : (short.split('/', 1)[0] ?? short)
}
