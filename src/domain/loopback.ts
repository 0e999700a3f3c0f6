/**
 * True if a host from `URL.hostname` is this machine. False for names such as `app.localhost`, because a name server may resolve
 * them to another machine.
 */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname)
}
