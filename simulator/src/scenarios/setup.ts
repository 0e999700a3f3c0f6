import { failures } from '../aws/metering/failures.ts'
import type { Scenarios } from './scenario.ts'

const ours = 'That the purchase is safe, that the seller has to fix something, and whom to contact.'

export const setup = {
  disabled: {
    title: 'Disabled in the Region',
    simulates: 'The seller’s application calls AWS Marketplace in a Region where the API is disabled.',
    expects: ours,
    behavior: failures.disabled,
  },
  'access-denied': {
    title: 'Access denied',
    simulates: 'The seller’s role may not call ResolveCustomer.',
    expects: ours,
    behavior: failures.accessDenied,
  },
  'unrecognized-client': {
    title: 'Unknown credentials',
    simulates: 'AWS does not know the seller’s access key.',
    expects: ours,
    behavior: failures.unrecognizedClient,
  },
  'expired-credentials-400': {
    title: 'Expired credentials, by type',
    simulates: 'The seller’s own credentials have expired; only the type distinguishes this from an expired link.',
    expects: ours,
    behavior: failures.credentialsExpiredByType,
  },
  'expired-credentials-403': {
    title: 'Expired credentials, by status',
    simulates:
      'The seller’s own credentials have expired; only the status 403 distinguishes this from an expired link.',
    expects: ours,
    behavior: failures.credentialsExpiredByStatus,
  },
  'expired-credentials-message': {
    title: 'Expired credentials, by message',
    simulates: 'The seller’s own credentials have expired; only the message distinguishes this from an expired link.',
    expects: ours,
    behavior: failures.credentialsExpiredByMessage,
  },
} as const satisfies Scenarios
