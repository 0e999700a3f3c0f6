import type { Agreement } from '../../src/domain/agreement.ts'

export const seller = { accountId: '111122223333', productCodes: ['ours'], productIds: ['prod-ours'] }
export const licenseArn = 'arn:aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdef'
export const start = new Date('2026-11-25T10:00:00Z')
export const after = (minutes: number): Date => new Date(start.getTime() + minutes * 60_000)

type Event = { readonly type: string; readonly minute: number; readonly detail: object; readonly id?: string }

/** An event's body as EventBridge hands it on. */
export function envelope({ type, minute, detail, id = `${type} ${String(minute)}` }: Event): string {
  return JSON.stringify({
    ...{ version: '0', id, 'detail-type': type, source: 'aws.agreement-marketplace' },
    ...{ account: seller.accountId, time: after(minute).toISOString(), region: 'us-east-1', resources: [] },
    detail,
  })
}

const parties = { acceptor: { accountId: '845735284135' }, proposer: { accountId: seller.accountId } }
const product = { code: 'ours', id: 'prod-ours' }

export const created = (minute: number, agreement: object = {}) =>
  envelope({
    type: 'Purchase Agreement Created - Proposer',
    minute,
    detail: {
      agreement: { id: 'agmt-1', intent: 'NEW', status: 'ACTIVE', startTime: start.toISOString(), ...agreement },
      ...parties,
    },
  })
export const ended = (minute: number, status: string) =>
  envelope({
    type: 'Purchase Agreement Ended - Proposer',
    minute,
    detail: { agreement: { id: 'agmt-1', status } },
  })
export const license = (minute: number, what: 'Updated' | 'Deprovisioned', more: object = {}) =>
  envelope({
    type: `License ${what} - Manufacturer`,
    minute,
    detail: { agreement: { id: 'agmt-1' }, product, license: { arn: licenseArn }, ...parties, ...more },
  })
export const advisory = (minute: number, what: 'Issued' | 'Resolved') =>
  envelope({
    type: `Purchase Agreement Advisory ${what} - Proposer`,
    minute,
    detail: { agreement: { id: 'agmt-1' } },
  })

export function anAgreement(overrides: Partial<Agreement> = {}): Agreement {
  return {
    agreementId: 'agmt-1',
    status: 'ACTIVE',
    startsAt: start,
    endsAt: null,
    awsAccountId: '845735284135',
    initialAgreementId: 'agmt-1',
    licenseArns: [licenseArn],
    productIds: ['prod-ours'],
    ...overrides,
  }
}
