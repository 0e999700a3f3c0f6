import * as client from 'openid-client'
import { z } from 'zod'
import type { Identity, SignIn } from '../domain/sign-in.ts'
import { createDiscovery, type Provider, type ProviderSettings } from './provider.ts'
import { isClientRejected, signInFailure } from './sign-in-failure.ts'

export type SignInSettings = ProviderSettings & {
  /** The URL of the callback. */
  readonly redirectUri: string
  /** True if only addresses that the provider has verified are accepted. */
  readonly needsVerifiedEmail: boolean
}

/** Signs people in by OpenID Connect: authorization code with PKCE, state and nonce. */
export function createSignIn(settings: SignInSettings): SignIn {
  const { issuer, redirectUri, needsVerifiedEmail } = settings
  const provider = createDiscovery(settings)
  return {
    begin: async (account) => {
      try {
        const [configuration] = await provider()
        const [state, nonce] = [client.randomState(), client.randomNonce()]
        const verifier = client.randomPKCECodeVerifier()
        const url = client.buildAuthorizationUrl(configuration, {
          redirect_uri: redirectUri,
          scope: 'openid email',
          state,
          nonce,
          code_challenge: await client.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          ...(account === 'another' ? { prompt: promptForAnother(issuer) } : {}),
        })
        return { outcome: 'begun', url: url.href, pending: { state, nonce, verifier } }
      } catch (error) {
        return signInFailure(error)
      }
    },
    finish: async (query, { state, nonce, verifier }) => {
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true }
      const callback = new URL(`${redirectUri}?${query}`)
      try {
        const redeemed = await redeem(await provider(), callback, checks)
        return { outcome: 'signed-in', identity: await identify(redeemed, needsVerifiedEmail) }
      } catch (error) {
        return signInFailure(error)
      }
    },
  }
}

/** The prompt for choosing another account. Every provider accepts `login`, except Google. */
function promptForAnother(issuer: string): string {
  return issuer === 'https://accounts.google.com' ? 'select_account' : 'login'
}

/**
 * Several providers return the address, or its verification, only in the UserInfo response. Both values are taken from the same
 * source.
 */
async function identify({ configuration, tokens }: Redeemed, needsVerifiedEmail: boolean): Promise<Identity> {
  const idToken = claims.parse(tokens.claims())
  const isComplete = idToken.email !== null && (!needsVerifiedEmail || idToken.email_verified !== undefined)
  if (isComplete || configuration.serverMetadata().userinfo_endpoint === undefined) return identityOf(idToken)
  const userInfo = claims.parse(await client.fetchUserInfo(configuration, tokens.access_token, idToken.sub))
  return identityOf(userInfo.email === null ? idToken : userInfo)
}

function identityOf({ sub, email, email_verified: verified }: z.infer<typeof claims>): Identity {
  return { subject: sub, email, emailVerified: verified === true }
}

type Redeemed = {
  readonly configuration: client.Configuration
  readonly tokens: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers
}

/**
 * Exchanges the code. Many providers accept one authentication method per client, which the discovery document does not show. If
 * the client is rejected, the next method is tried. The code is still valid then, because the provider uses it only after it has
 * accepted the client.
 */
export async function redeem(
  [configuration, ...others]: Provider,
  callback: URL,
  checks: client.AuthorizationCodeGrantChecks,
): Promise<Redeemed> {
  try {
    return { configuration, tokens: await client.authorizationCodeGrant(configuration, callback, checks) }
  } catch (error) {
    const [other] = others
    if (other === undefined || !isClientRejected(error)) throw error
    return redeem([other], callback, checks)
  }
}

/** Null for a value that is not an email address, because some providers let people type anything. */
const address = z
  .string()
  .max(254)
  .regex(/^[^\s@\p{C}]+@[^\s@\p{C}]+$/u)
  .nullable()
  .catch(null)

const claims = z.object({ sub: z.string().min(1), email: address, email_verified: z.unknown().optional() })
