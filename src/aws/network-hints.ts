import { tlsHint, type NetworkFailureKind } from '../domain/network-failure.ts'
import { environment } from './environment.ts'

type Environment = typeof environment

/** The fix when AWS cannot be reached; null if the environment shows no reason. */
export function networkHint(kind: NetworkFailureKind, env: Environment = environment): string | null {
  const hints = [tlsHint(kind, env), endpointHint(kind, env), proxyHint(kind, env)].filter((hint) => hint !== null)
  return hints.length === 0 ? null : hints.join(' ')
}

const endpointVariables = ['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT'] as const

/** With these variables the SDK uses other host names, most of which AWS Marketplace does not have. */
function endpointHint(kind: NetworkFailureKind, env: Environment): string | null {
  const set = endpointVariables.filter((name) => env[name]?.toLowerCase() === 'true')
  if (set.length === 0 || !['name', 'wrong-name', 'refused', 'no-route', 'no-connection'].includes(kind)) return null
  return `Remove ${set.join(' and ')}: AWS Marketplace does not have such an endpoint in every Region.`
}

function proxyHint(kind: NetworkFailureKind, env: Environment): string | null {
  const name = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].find((name) => Boolean(env[name]))
  if (name === undefined) return null
  if (kind === 'proxy')
    return `Allow the host of AWS in the proxy of ${name}, or name it in NO_PROXY. After HTTP 407, give user and password in ${name}.`
  return `Check ${name}: calls of AWS go through that proxy.`
}
