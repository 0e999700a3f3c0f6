import { findSesAccount } from '../../aws/ses-account.ts'
import { asAppError } from '../../errors.ts'
import { failed, ok, warning, type Check } from './check.ts'
import { refusedBy } from './refusal.ts'

const name = 'mail'
const deadlineMs = 5_000

/** Whether a role may send as MAIL_FROM no other call of Amazon SES tells. */
const onlyAMail = 'whether it may send as MAIL_FROM only a mail shows: npm run deliveries -- --test'

/** Reaches Amazon SES and signs in. No mail is sent. */
export async function checkSes(region: string): Promise<Check> {
  const service = `Amazon SES in ${region}`
  try {
    const account = await findSesAccount({ region, deadlineMs })
    if (account === null) return ok(name, `${service} knows this role; ${onlyAMail}`)
    if (!account.isSending) return failed(name, `${service} sends nothing for this account`, paused)
    if (account.isSandbox) return warning(name, `${service} keeps this account in its sandbox`, sandbox)
    return ok(name, `${service} sends for this account; ${onlyAMail}`)
  } catch (error) {
    const failure = asAppError(error)
    return failed(name, `${service}: ${refusedBy(failure)}`, failure.details.hint ?? unreachable)
  }
}

const paused = 'AWS or you have paused it: the SES console of this Region says why, under Reputation metrics.'
const sandbox =
  'Mail reaches verified addresses only, so hardly any buyer: ask for production access in the SES console of this Region.'
const unreachable =
  'Let this network reach Amazon SES in the Region of MAIL_URL over HTTPS: a route to the internet (NAT gateway) or a VPC endpoint, ' +
  'port 443 in the security group, DNS. If AWS_ENDPOINT_URL_SESV2 is set, it must be right.'
