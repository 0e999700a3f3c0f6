import type { Request } from 'express'

/** A real address has at most 45 characters, but `X-Forwarded-For` may contain anything. */
const longest = 64

/** The client's address from the trusted proxies, limited in length and without a port. */
export function clientAddress(req: Request): string {
  return withoutPort(req.ip ?? '').slice(0, longest)
}

/** Removes a port: with `routing.http.xff_client_port.enabled` an ALB writes `ip:port`, so one client would have many addresses. */
function withoutPort(address: string): string {
  const match = /^(?:\[(?<v6>[^\]]+)\]|(?<v4>\d{1,3}(?:\.\d{1,3}){3}))(?::\d+)?$/.exec(address)
  return match?.groups?.['v6'] ?? match?.groups?.['v4'] ?? address
}
