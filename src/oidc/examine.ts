import * as client from 'openid-client'
import { z } from 'zod'
import type { SignInFailed } from '../domain/sign-in.ts'
import { createDiscovery, type Provider } from './provider.ts'
import { isClientRejected, signInFailure } from './sign-in-failure.ts'
import { redeem, type SignInSettings } from './sign-in.ts'

/** The result of the doctor's examination of a provider. */
export type Examination =
  | { readonly outcome: 'usable' }
  /** Parts of the discovery document that the sign-in needs and that are missing. */
  | { readonly outcome: 'lacking'; readonly parts: readonly string[] }
  /** The discovery document belongs to another issuer. */
  | { readonly outcome: 'other-issuer'; readonly issuer: string }
  | { readonly outcome: 'client-rejected' }
  | { readonly outcome: 'keys-unread'; readonly address: string; readonly cause: unknown }
  | SignInFailed

/** Reads the discovery document and the keys, and tests the client with a code that cannot be valid. Signs nobody in. */
export async function examineProvider(settings: Omit<SignInSettings, 'needsVerifiedEmail'>): Promise<Examination> {
  try {
    const provider = await createDiscovery(settings)()
    const metadata = provider[0].serverMetadata()
    const parts = lacking(metadata)
    if (parts.length > 0) return { outcome: 'lacking', parts }
    const { jwks_uri: address = '' } = metadata
    const cause = await readKeys(provider, address, settings.callDeadlineMs)
    if (cause !== null) return { outcome: 'keys-unread', address, cause }
    return (await isClientAccepted(provider, settings.redirectUri))
      ? { outcome: 'usable' }
      : { outcome: 'client-rejected' }
  } catch (error) {
    const { data } = otherIssuer.safeParse(error)
    return data === undefined ? signInFailure(error) : { outcome: 'other-issuer', issuer: data.cause.body.issuer }
  }
}

/** The error of openid-client if the issuer is another one. */
const otherIssuer = z.object({
  cause: z.object({ attribute: z.literal('issuer'), body: z.object({ issuer: z.string() }) }),
})

function lacking(metadata: client.ServerMetadata): readonly string[] {
  const endpoints = (['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const).filter(
    (name) => metadata[name] === undefined,
  )
  const { response_types_supported: types, code_challenge_methods_supported: methods } = metadata
  return [
    ...endpoints,
    ...(types?.includes('code') === false ? ['response type code'] : []),
    // Several providers support PKCE without listing it.
    ...(methods?.includes('S256') === false ? ['PKCE with S256'] : []),
  ]
}

const keySet = z.object({ keys: z.array(z.unknown()).min(1) })

/** The reason why the keys could not be read; null if they could. They may be on another host. */
async function readKeys([configuration]: Provider, address: string, deadlineMs: number): Promise<unknown> {
  const signal = AbortSignal.timeout(deadlineMs)
  try {
    const call = { method: 'GET', headers: {}, body: undefined, redirect: 'manual', signal } as const
    keySet.parse(await (await configuration[client.customFetch]?.(address, call))?.json())
    return null
  } catch (error) {
    return error
  }
}

async function isClientAccepted(provider: Provider, redirectUri: string): Promise<boolean> {
  const [state, pkceCodeVerifier] = [client.randomState(), client.randomPKCECodeVerifier()]
  const callback = new URL(redirectUri)
  callback.search = new URLSearchParams({ code: 'doctor', state, iss: provider[0].serverMetadata().issuer }).toString()
  try {
    await redeem(provider, callback, { expectedState: state, pkceCodeVerifier })
    return true
  } catch (error) {
    if (isClientRejected(error)) return false
    // The provider rejected the code, as expected.
    if (error instanceof client.ResponseBodyError) return true
    throw error
  }
}
