import type { StoredSubscription } from '../../src/domain/subscription-rows.ts'
import { noon } from './stores.ts'

/** A subscription of which nothing is known but its agreement. */
export function aSubscription(overrides: Partial<StoredSubscription> = {}): StoredSubscription {
  return {
    ...{ agreementId: 'agmt-1', licenseArn: null, licenseId: null },
    ...{ initialAgreementId: null, previousAgreementId: null, productCode: null, productId: null },
    ...{ awsAccountId: null, offerId: null, state: 'pending', startsAt: null, endsAt: null, advisoryAt: null },
    ...{ activatedAt: null, endedAt: null, finalUsageBy: null, entitlements: null },
    basis: {
      ...{ intent: null, agreedAt: null, closedAt: null, closedBy: null, licensedAt: null, isSoldByPartner: false },
      ...{ previousAgreementId: null, initialAgreementId: null },
    },
    ...{ answer: null, checkedAt: null, updatedAt: noon },
    ...{ notifiedState: null, notifiedAdvisoryAt: null, updateDue: false },
    ...overrides,
  }
}
