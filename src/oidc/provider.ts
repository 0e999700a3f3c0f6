import * as client from 'openid-client'
import type { Dispatcher } from 'undici'
import { fetch } from 'undici'
import { createDispatcher } from '../outgoing.ts'

export type ProviderSettings = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** The limit for one call, in milliseconds. */
  readonly callDeadlineMs: number
}

/** In bytes; much larger than any discovery document, key set or token. */
const longestAnswer = 1024 * 1024

/** The provider from its discovery document: one configuration for each method of client authentication. */
export type Provider = readonly [client.Configuration, ...client.Configuration[]]

/** Reads the discovery document at the first call. A failure is not cached, so the next call tries again. */
export function createDiscovery(settings: ProviderSettings): () => Promise<Provider> {
  const dispatcher = createDispatcher({ maxSockets: 20, waitMs: settings.callDeadlineMs, longestAnswer })
  let found: Promise<Provider> | null = null
  return () => {
    found ??= discover(settings, dispatcher).catch((error: unknown) => {
      found = null
      throw error
    })
    return found
  }
}

async function discover(settings: ProviderSettings, dispatcher: Dispatcher): Promise<Provider> {
  const { issuer, clientId, clientSecret, callDeadlineMs } = settings
  const timeout = callDeadlineMs / 1000
  const execute: ((configuration: client.Configuration) => void)[] = [
    // Without this, openid-client does not check the signature of tokens from the token endpoint, because it relies on TLS.
    client.enableNonRepudiationChecks,
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the configuration accepts http for loopback only
    ...(issuer.startsWith('http:') ? [client.allowInsecureRequests] : []),
  ]
  const customFetch = fetchThrough(dispatcher)
  const discovered = await client.discovery(new URL(issuer), clientId, clientSecret, undefined, {
    timeout,
    execute,
    [client.customFetch]: customFetch,
  })
  const metadata = discovered.serverMetadata()
  const configured = (authentication: client.ClientAuth) => {
    const configuration = new client.Configuration(metadata, clientId, clientSecret, authentication)
    configuration.timeout = timeout
    configuration[client.customFetch] = customFetch
    for (const apply of execute) apply(configuration)
    return configuration
  }
  const basic = () => configured(client.ClientSecretBasic(clientSecret))
  const post = () => configured(client.ClientSecretPost(clientSecret))
  // Basic is the default of OpenID Connect Discovery. It comes second, because it encodes some characters in a way that several
  // providers do not decode.
  const { token_endpoint_auth_methods_supported: methods = ['client_secret_basic'] } = metadata
  if (!methods.includes('client_secret_post')) return [basic()]
  return methods.includes('client_secret_basic') ? [post(), basic()] : [post()]
}

function fetchThrough(dispatcher: Dispatcher): client.CustomFetch {
  return async (url, { body, ...options }) => {
    const answer = await fetch(url, { ...options, body: textOf(body), dispatcher })
    const text = await answer.text()
    return new Response(text === '' ? null : text, { status: answer.status, headers: [...answer.headers] })
  }
}

/** openid-client sends a form, or no body. */
function textOf(body: unknown): string | null {
  return body instanceof URLSearchParams || typeof body === 'string' ? String(body) : null
}
