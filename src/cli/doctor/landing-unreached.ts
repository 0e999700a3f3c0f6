import type { NetworkFailure, NetworkFailureKind } from '../../domain/network-failure.ts'
import { failed, warning, type Finding } from './finding.ts'

type Target = { readonly host: string; readonly isLocal: boolean }

/** Fixes for failures that affect every buyer. Other failures may only affect the doctor's network. */
const fixes: Readonly<Partial<Record<NetworkFailureKind, string>>> = {
  name: 'Create the DNS record of PUBLIC_URL, or correct PUBLIC_URL: its host is not known.',
  refused: 'Let a load balancer or proxy listen at the host and port of PUBLIC_URL: nothing listens there.',
  'not-yet-valid': 'Set the clock of this machine: the certificate of PUBLIC_URL is not yet valid.',
  expired: 'Renew the certificate of PUBLIC_URL, or set the clock of this machine.',
  untrusted:
    'Use a certificate of a public authority for PUBLIC_URL, with its whole chain: browsers do not trust this one.',
  'wrong-name': 'Use a certificate for the host of PUBLIC_URL: this one is for another name.',
  tls: 'Configure an HTTPS listener at the port of PUBLIC_URL: the TLS handshake fails there.',
}

/** The finding if PUBLIC_URL cannot be reached. */
export function unreachedLanding({ host, isLocal }: Target, failure: NetworkFailure | null): Finding {
  const { kind, code } = failure ?? { kind: null, code: null }
  const found = `PUBLIC_URL cannot be reached: ${code ?? 'timeout'} (${host})`
  if (isLocal && kind === 'refused')
    return warning(found, 'Start the app: nothing responds at the host and port of PUBLIC_URL.')
  const fix = kind === null || code === 'EAI_AGAIN' ? undefined : fixes[kind]
  if (fix !== undefined) return failed(found, fix)
  return warning(
    found,
    'Open PUBLIC_URL in a browser in another network. If it opens, only this network cannot reach it, and no change is needed.',
  )
}
