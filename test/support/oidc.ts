import { generateKeyPairSync } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { Provider, type Adapter, type AdapterPayload, type Configuration } from 'oidc-provider'
import { listen } from './listen.ts'

/** The person who is signed in at the provider. */
type Person = { readonly sub: string; readonly email?: string; readonly email_verified?: boolean }

const jane: Person = { sub: 'jane', email: 'Jane.Doe@Example.com', email_verified: true }

type Context = Parameters<Parameters<Provider['use']>[0]>[0]

/** Behavior that a test may change while the provider runs. */
type Behavior = {
  person: Person
  /** Changes the JSON of a response. */
  alter: (path: string, body: Record<string, unknown>) => Record<string, unknown>
  /** Responds instead of the provider if it returns true. */
  intercept: (context: Context) => boolean
  delayMs: number
  /** Shows a page with a button instead of signing in at once. */
  hasLoginPage: boolean
  /** Paths that were called. */
  readonly calls: string[]
}

const client = { client_id: 'landing', client_secret: 'secret-of-the-client' }
const key = { ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), kid: 'key' }

type Place = { readonly port?: number; readonly publicUrl?: string }

/** A real OpenID Connect provider for the app at `publicUrl`. */
export async function startProvider(
  settings: Configuration = {},
  { port = 0, publicUrl = 'http://localhost:3000' }: Place = {},
) {
  const behavior: Behavior = {
    ...{ person: jane, delayMs: 0, hasLoginPage: false, calls: [] },
    alter: (_path, body) => body,
    intercept: () => false,
  }
  const { server, url } = await listen((request, response) => void callback(request, response), port)
  const provider: Provider = new Provider(url, {
    clients: [{ ...client, redirect_uris: [`${publicUrl}/console/callback`] }],
    jwks: { keys: [{ ...key, use: 'sig', alg: 'RS256' }] },
    adapter: inMemory(),
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
    cookies: { keys: ['a key of the provider'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ ...behavior.person, sub }) }),
    loadExistingGrant: async ({ oidc }) => {
      const grant = new provider.Grant({
        clientId: oidc.client?.clientId ?? '',
        accountId: oidc.session?.accountId ?? '',
      })
      grant.addOIDCScope('openid email')
      await grant.save()
      return grant
    },
    ...settings,
  })
  provider.use(async (ctx, next) => {
    behavior.calls.push(ctx.path)
    await pause(behavior.delayMs)
    if (behavior.intercept(ctx)) return
    if (behavior.hasLoginPage && ctx.path.startsWith('/interaction/') && ctx.method === 'GET') {
      ctx.body = '<form method="post"><button>Log in</button></form>'
      return
    }
    if (ctx.path.startsWith('/interaction/')) {
      const login = { accountId: behavior.person.sub }
      ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, { login }))
      return
    }
    await next()
    const body: unknown = ctx.body
    if (typeof body === 'object' && body !== null)
      ctx.body = behavior.alter(ctx.path, JSON.parse(JSON.stringify(body)) as Record<string, unknown>)
  })
  // Otherwise Koa prints an error when the app closes the connection.
  Object.assign(provider, { silent: true })
  const callback = provider.callback()
  return {
    url,
    behavior,
    /** The variables with which the app uses it. */
    env: {
      CONSOLE_OIDC_ISSUER: url,
      CONSOLE_OIDC_CLIENT_ID: client.client_id,
      CONSOLE_OIDC_CLIENT_SECRET: client.client_secret,
      CONSOLE_ALLOW: 'someone@example.org, @example.com',
    },
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** The provider's storage. */
function inMemory(): (kind: string) => Adapter {
  const rows = new Map<string, AdapterPayload>()
  return (kind) => {
    const key = (id: string) => `${kind} ${id}`
    return {
      upsert: (id, payload) => Promise.resolve(void rows.set(key(id), payload)),
      find: (id) => Promise.resolve(rows.get(key(id))),
      findByUid: (uid) => Promise.resolve([...rows.values()].find((row) => row.kind === kind && row.uid === uid)),
      findByUserCode: () => Promise.resolve(undefined),
      consume: (id) => {
        const row = rows.get(key(id))
        if (row !== undefined) row.consumed = Math.floor(Date.now() / 1000)
        return Promise.resolve()
      },
      destroy: (id) => Promise.resolve(void rows.delete(key(id))),
      revokeByGrantId: () => Promise.resolve(),
    }
  }
}
