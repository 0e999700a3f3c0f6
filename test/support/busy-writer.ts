// Lands and registers endlessly and prints the id of each registration once the store has confirmed it.
// Usage: node busy-writer.ts DATABASE_FILE
import { randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import { createServices } from '../../src/main/services.ts'
import { openStore } from '../../src/store/store.ts'

const path = process.argv[2] ?? ''
const now = () => new Date()
const store = await openStore({
  database: { engine: 'sqlite', path },
  deadlineMs: 10_000,
  poolSize: 1,
  connectTimeoutMs: 1,
  idleTimeoutMs: 1,
  instance: 'busy writer',
  sessionMinutes: 60,
  now,
  onError: () => undefined,
})
const { registrations } = createServices(store, {
  newId: randomUUID,
  newReference: randomUUID,
  messagesFor: () => [],
  webhookBody: JSON.stringify,
  products: { find: () => null },
  withSubscriptions: false,
  onWithheld: () => undefined,
})

async function oneAfterTheOther(): Promise<never> {
  for (;;) {
    const { id } = await registrations.recordLanding({
      tokenHash: randomUUID(),
      customer: { awsAccountId: '1', productCode: 'p', licenseArn: randomUUID(), customerIdentifier: null },
      claims: { offerType: null, claimedAgreementId: null, claimedProductId: null },
      at: now(),
    })
    const contact = { email: `${id}@example.com`, name: 'A', company: 'B', phone: null }
    await registrations.complete(id, { contact, language: 'en', at: now() })
    writeSync(1, `${id}\n`)
  }
}

await Promise.all(Array.from({ length: 20 }, oneAfterTheOther))
