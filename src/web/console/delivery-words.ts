import type { ShownDelivery } from '../../domain/console-deliveries.ts'
import type { NotificationType } from '../../domain/notification.ts'
import { plain, type Piece } from '../pages/moment.ts'
import { when } from './words.ts'

/** Names of the event types. */
export const eventWords: Readonly<Record<NotificationType, string>> = {
  'registration.completed': 'Registered',
  'registration.changed': 'Contact details changed',
  'registration.abandoned': 'Did not finish within 24 hours',
  'registration.ready': 'Access marked as ready',
  'registration.erased': 'Contact details erased',
  'subscription.activated': 'Subscription active',
  'subscription.updated': 'Subscription changed',
  'subscription.renewed': 'Subscription renewed',
  'subscription.ending': 'Subscription ends',
  'subscription.ended': 'Subscription ended',
  'subscription.advisory': 'Advisory of AWS',
  'subscription.notice': 'Notice of AWS',
  test: 'Test',
}

/** Explanations of the reasons of failed attempts. docs/notifications.md lists them with their fixes. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/^HTTP 410/, 'your application wants no more notifications'],
  [/^HTTP 40[13]\b/, 'your application refused the signature or the credentials'],
  [/^HTTP 3\d\d/, 'your application redirects, and redirects are not followed'],
  [/^HTTP 5\d\d/, 'your application failed'],
  [/^HTTP/, 'your application refused the notification'],
  [/^SMTP 55[013].*(5\.1\.\d|RCPT TO)/, 'there is no such mailbox'],
  [/5\.7\.\d/, 'a policy of the mail server refused the mail'],
  [/5\.2\.\d/, 'the mailbox is full or closed for now'],
  [/^SMTP 4/, 'the mail server asks to try again later'],
  [/^SMTP 535|AUTH/, 'the mail server refused user or password'],
  [/^SMTP/, 'the mail server refused the mail'],
  [/^SES/, 'Amazon SES refused the mail'],
  [/^mailbox not ASCII/, 'the mail server cannot send to this spelling of an address'],
  [/^not one mail address/, 'this is not one mail address'],
  [/^certificate|^TLS/, 'the encrypted connection failed'],
  [/^host not found/, 'the host name was not found'],
  [/^connection broken/, 'the connection was closed before an answer'],
  [/^connection|^no route|^no connection/, 'the host could not be reached'],
  [/^no answer/, 'no answer in time'],
]

function reasonWords(reason: string): string {
  const words = reasons.find(([pattern]) => pattern.test(reason))?.[1]
  return words === undefined ? reason : `${words} – ${reason}`
}

/** The result of a delivery, as parts of a sentence. */
export function stateWords({ state, attempts, dueAt, lastAttemptAt, lastError }: ShownDelivery): readonly Piece[] {
  const count = `${String(attempts)} ${attempts === 1 ? 'attempt' : 'attempts'}`
  const because = lastError === null ? '' : `: ${reasonWords(lastError)}`
  const last = lastAttemptAt === null ? [] : [plain(' The last was at '), when(lastAttemptAt), plain('.')]
  switch (state) {
    case 'sent':
      return lastAttemptAt === null ? [plain('Sent.')] : [plain('Sent at '), when(lastAttemptAt), plain('.')]
    case 'dead':
      return [plain(`Given up after ${count}${because}.`), ...last]
    case 'pending':
      return [
        plain(attempts === 0 ? 'Not tried yet' : `${count} failed${because}`),
        plain('. The next attempt is due at '),
        when(dueAt),
        plain('.'),
      ]
  }
}
