import { webhookMessage } from '../../src/delivery/webhook.ts'
import type { Message, MessagesFor } from '../../src/domain/delivery.ts'
import { aLanding, addressOf, emptyDatabase, execute, noon, openTestStore, rowsOf, type Engine } from './stores.ts'

export const jane = { email: 'jane@example.com', name: 'Jane Doe', company: 'Example Buyer', phone: null }
export const reference = 'REFA-AAAA-BBBB'
const mail: Message = { receiver: 'mail', recipient: jane.email, audience: 'buyer', body: `To ${jane.name}` }
const both: MessagesFor = (notification) => [webhookMessage(notification), mail]

/** Jane is registered; unless other messages are given, one to the webhook and a mail are pending. */
export async function openWithBuyer(engine: Engine, messagesFor = both) {
  const database = await emptyDatabase(engine)
  const store = await openTestStore(database, { newReference: () => reference, messagesFor })
  const { id } = await store.registrations.recordLanding(aLanding({ at: noon }))
  await store.registrations.complete(id, { contact: jane, language: 'en', at: noon })
  return {
    store,
    id,
    env: { DATABASE_URL: addressOf(database) },
    rows: (query: string) => rowsOf(database, query),
    execute: (statement: string) => execute(database, statement),
  }
}
