import { ConfigError, parseConfig, type Config } from '../../config/config.ts'
import type { Environment } from '../../config/environment.ts'
import { createMessagesFor } from '../../delivery/receivers.ts'
import type { MessagesFor } from '../../domain/delivery.ts'
import { UsageError } from '../usage-error.ts'

/** Returns what makes the messages of the configured receivers. Throws a `UsageError` that says what is missing. */
export function configuredMessages(env: Environment): MessagesFor {
  const { webhook, mail, products } = configOf(env)
  if (webhook === null && mail === null)
    throw new UsageError(
      'No receiver is configured: set WEBHOOK_URL and WEBHOOK_SECRET, or MAIL_URL and MAIL_FROM, to the values of the app.',
    )
  return createMessagesFor({ webhook, mail: mail === null ? null : { from: mail.from, products } })
}

function configOf(env: Environment): Config {
  try {
    return parseConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const faults = error.faults.map((fault) => `  ${fault}`).join('\n')
    throw new UsageError(`This needs the whole configuration of the app:\n${faults}`)
  }
}
