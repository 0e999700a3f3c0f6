/** Fixes by the beginning of the reason. docs/notifications.md lists the reasons. */
const fixes: Readonly<Record<string, (variable: string) => string>> = {
  'host not found': (variable) => `Correct the host in ${variable}: DNS does not know it.`,
  'connection refused': (variable) =>
    `Start the receiver, or correct the host and port in ${variable}: nothing listens there.`,
  'no route to the host': unreachable,
  'no connection in time': unreachable,
  'no answer in time': (variable) => `Find out why the receiver does not answer, or correct ${variable}.`,
  'connection broken': (variable) =>
    `Look at the receiver's log: it closed the connection. Check the port in ${variable}.`,
  'refused by the proxy': () => 'Let the proxy of HTTPS_PROXY pass the host, or add the host to NO_PROXY.',
  'certificate not yet valid': () => 'Set the clock of this machine: the certificate is not yet valid.',
  'certificate expired': () => "Renew the receiver's certificate, or set the clock of this machine.",
  'certificate not trusted': () =>
    'Let the receiver send its whole certificate chain. For an authority of your own, set NODE_EXTRA_CA_CERTS to its certificate.',
  'certificate for another name': (variable) => `Use in ${variable} the name that the receiver's certificate is for.`,
  'TLS failed': (variable) => `Check the port in ${variable}: the TLS handshake fails there.`,
  'unreadable answer': (variable) => `Check the port in ${variable}: another service responds there.`,
}

function unreachable(variable: string): string {
  return `Let this network reach the host in ${variable}: a route (NAT gateway), the security group, or HTTPS_PROXY.`
}

/** The fix if a receiver could not be reached; null if the receiver itself responded. */
export function receiverFix(reason: string, variable: string): string | null {
  const [, fix] = Object.entries(fixes).find(([start]) => reason.startsWith(start)) ?? []
  return fix?.(variable) ?? null
}
