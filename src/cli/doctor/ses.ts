import { findSesAccount } from '../../aws/ses-account.ts'
import { asAppError } from '../../errors.ts'
import { awsFailure } from './aws-failure.ts'
import { failed, ok, warning, type Finding } from './finding.ts'

const deadlineMs = 5_000

/** No call to Amazon SES shows whether a role may send as MAIL_FROM. */
const notTried = 'whether it may send as MAIL_FROM is shown only by a mail: npm run deliveries -- --test'

/** Checks the state of the Amazon SES account. Sends no mail. */
export async function checkSes(region: string): Promise<Finding> {
  const service = `Amazon SES in ${region}`
  try {
    const account = await findSesAccount({ region, deadlineMs })
    if (account === null) return ok(`${service} accepts the credentials; ${notTried}`)
    if (!account.isSending) return failed(`${service} sends no mail of this account`, paused)
    if (account.isSandbox) return warning(`${service} keeps this account in its sandbox`, sandbox)
    return ok(`${service} sends mail of this account; ${notTried}`)
  } catch (error) {
    const finding = awsFailure(asAppError(error), 'Amazon SES in the Region of MAIL_URL')
    return { ...finding, found: `${service}: ${finding.found}` }
  }
}

const paused =
  'Find out in the SES console of this Region, under Reputation metrics, why sending is paused; resume it there.'
const sandbox =
  'Request production access in the SES console of this Region: until then mail reaches verified addresses only.'
