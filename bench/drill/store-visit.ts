import { randomBytes, randomUUID } from 'node:crypto'
import session, { type SessionData } from 'express-session'
import { openStore, type Store } from '../../src/store/store.ts'

/** The service's own store, with one connection. */
export function openDrillStore(url: string): Promise<Store> {
  return openStore({
    database: { engine: 'postgres', url },
    deadlineMs: 10_000,
    poolSize: 1,
    connectTimeoutMs: 2_000,
    idleTimeoutMs: 600_000,
    sessionMinutes: 60,
    now: () => new Date(),
    newId: randomUUID,
    newReference: () => randomBytes(8).toString('hex'),
    onError: () => undefined,
  })
}

/** What `POST /` asks of the database: registration and token in one transaction, then the session. In milliseconds. */
export async function land(store: Store, licenseArn: string): Promise<number> {
  const startedAt = performance.now()
  await landed(store, licenseArn)
  return performance.now() - startedAt
}

/** Everything that a buyer's visit asks of the database. */
export async function wholeVisit(store: Store, licenseArn: string): Promise<void> {
  const { id, sessionId, tokenHash, data } = await landed(store, licenseArn)
  const at = new Date()
  const contact = { email: 'jane@example.com', name: 'Jane', company: 'Example', phone: null }
  await done((next) => {
    store.sessions.get(sessionId, next)
  })
  await done((next) => {
    store.sessions.touch(sessionId, data, next)
  })
  await store.registrations.complete(id, { contact, language: 'en', at })
  await store.registrations.find(id)
  await store.registrations.landAgain(tokenHash, new Date(at.getTime() - 60_000), at)
  await store.prune()
}

async function landed(store: Store, licenseArn: string) {
  const tokenHash = randomBytes(32).toString('hex')
  const sessionId = randomBytes(24).toString('base64url')
  const customer = { awsAccountId: '111122223333', productCode: 'drill', licenseArn, customerIdentifier: null }
  const claims = { offerType: null, claimedAgreementId: null, claimedProductId: null }
  const { id, reference } = await store.registrations.recordLanding({ tokenHash, customer, claims, at: new Date() })
  const data: SessionData = { cookie: new session.Cookie(), visitor: { ...customer, id, reference } }
  await done((next) => {
    store.sessions.set(sessionId, data, next)
  })
  return { id, sessionId, tokenHash, data }
}

function done(start: (next: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => {
      if (error === undefined || error === null) resolve()
      else reject(error instanceof Error ? error : new Error('the session store failed'))
    })
  })
}
