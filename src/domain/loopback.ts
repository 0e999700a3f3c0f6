/**
 * Whether a host, as `URL.hostname` has it, is this machine. Names such as `app.localhost` do not count: a name server may
 * resolve them to another machine.
 */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname)
}
