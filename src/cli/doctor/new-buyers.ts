import { ok, warning, type Finding } from './finding.ts'
import type { Setup } from './setup.ts'

/** Checks that the seller can learn of a new buyer of each product. */
export function checkNewBuyers({ config }: Pick<Setup, 'config'>): Finding {
  const { webhook, apiSecrets, console: access, products } = config
  const ways = [
    ...(webhook === null ? [] : ['the webhook']),
    ...(apiSecrets.length === 0 ? [] : ['the API']),
    ...(access === null ? [] : ['the console']),
  ]
  const withoutMail = products.all.filter(({ notifyEmail }) => notifyEmail.length === 0)
  if (withoutMail.length === 0) ways.push('mail to NOTIFY_EMAIL')
  if (ways.length > 0) return ok(`shown by ${ways.join(', ')}`)
  const names = withoutMail.flatMap(({ key }) => key ?? [])
  return warning(`nothing reports a new buyer${names.length === 0 ? '' : ` of ${names.join(', ')}`}`, fix)
}

const fix =
  'Set WEBHOOK_URL, NOTIFY_EMAIL (with MAIL_URL), API_SECRET or the console (CONSOLE_OIDC_ISSUER). Until then only npm run registrations shows buyers.'
