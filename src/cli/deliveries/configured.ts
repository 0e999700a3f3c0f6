import { ConfigError, parseConfig } from '../../config/config.ts'
import { createMessagesFor } from '../../delivery/receivers.ts'
import type { MessagesFor } from '../../domain/delivery.ts'
import { UsageError } from '../usage-error.ts'

/** The messages of the receivers that are configured. Throws a `UsageError` that says what is missing. */
export function configuredMessages(env: Readonly<Record<string, string | undefined>>): MessagesFor {
  const { webhook, mail, branding } = configOf(env)
  if (webhook === null && mail === null)
    throw new UsageError(
      'No receiver is configured: set WEBHOOK_URL and WEBHOOK_SECRET, or MAIL_URL and MAIL_FROM, as the app has them.',
    )
  return createMessagesFor({ webhook, mail: mail === null ? null : { ...mail, branding } })
}

function configOf(env: Readonly<Record<string, string | undefined>>) {
  try {
    return parseConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new UsageError(
      `This needs the app's whole configuration:\n${error.faults.map((fault) => `  ${fault}`).join('\n')}`,
    )
  }
}
