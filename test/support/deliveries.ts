import type { MailBody } from '../../src/delivery/mail-body.ts'
import type { Delivery } from '../../src/domain/delivery.ts'

const body: MailBody = {
  subject: 'Your registration',
  text: 'Hello',
  html: '<p>Hello</p>',
  from: { name: 'Müller, "Corp" <x@evil.example>', address: 'no-reply@example.com' },
  replyTo: 'support@example.com',
}
/** A mail to a buyer. The sender's name contains special characters. */
export const delivery = (overrides: Partial<Delivery> = {}): Delivery => ({
  id: '0b54a1c2-0000-4000-8000-000000000001',
  eventId: '0b54a1c2-0000-4000-8000-000000000002',
  registrationId: null,
  receiver: 'mail',
  audience: 'buyer',
  recipient: 'jane@example.com',
  body: JSON.stringify(body),
  attempts: 1,
  ...overrides,
})
