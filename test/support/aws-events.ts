import type { Agreement } from '../../src/domain/agreement.ts'
import { parseAwsEvent, type AwsEvent } from '../../src/domain/aws-event.ts'
import type { Seller } from '../../src/domain/seller.ts'

export const seller: Seller = {
  accountId: '111122223333',
  listings: [{ productCode: 'ours', productId: 'prod-ours' }],
}
export const licenseArn = 'arn:aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdef'
const start = new Date('2026-11-25T10:00:00Z')
export const after = (minutes: number): Date => new Date(start.getTime() + minutes * 60_000)
export const days = (count: number): number => count * 24 * 60

type Event = { readonly type: string; readonly minute: number; readonly detail: object; readonly id?: string }

/** An event's body as EventBridge sends it. */
export function envelope({ type, minute, detail, id = `${type} ${String(minute)}` }: Event): string {
  return JSON.stringify({
    ...{ version: '0', id, 'detail-type': type, source: 'aws.agreement-marketplace' },
    ...{ account: '111122223333', time: after(minute).toISOString(), region: 'us-east-1', resources: [] },
    detail,
  })
}

/** Fails the test for a body that cannot be read. */
export function readable(body: string): AwsEvent {
  const event = parseAwsEvent(body)
  if (event === null) throw new Error(`cannot be read: ${body}`)
  return event
}

type Parties = { readonly acceptor: { readonly accountId: string }; readonly proposer: { readonly accountId: string } }

export const direct: Parties = { acceptor: { accountId: '845735284135' }, proposer: { accountId: '111122223333' } }
export const throughPartner: Parties = { ...direct, proposer: { accountId: '555566667777' } }
const product = { code: 'ours', id: 'prod-ours' }

/** The events of one agreement. */
export function eventsOf({ id = 'agmt-1', arn = licenseArn, parties = direct } = {}) {
  const role = parties === direct ? 'Proposer' : 'Manufacturer'
  const event = (type: string, minute: number, detail: object, agreement: object = {}) =>
    envelope({
      ...{ type: `${type} - ${role}`, minute, id: `${id} ${type} ${String(minute)}` },
      detail: { agreement: { id, ...agreement }, ...detail },
    })
  const term = { startTime: start.toISOString(), endTime: after(days(365)).toISOString() }
  return {
    created: (minute: number, agreement: object = {}) =>
      event('Purchase Agreement Created', minute, parties, { intent: 'NEW', status: 'ACTIVE', ...term, ...agreement }),
    amended: (minute: number, agreement: object) =>
      event('Purchase Agreement Amended', minute, parties, { intent: 'AMEND', ...agreement }),
    ended: (minute: number, status: string) => event('Purchase Agreement Ended', minute, {}, { status }),
    advisory: (minute: number, what: 'Issued' | 'Resolved', detail: object = {}) =>
      event(`Purchase Agreement Advisory ${what}`, minute, detail),
    license: (minute: number, what: 'Updated' | 'Deprovisioned', detail: object = {}) =>
      event(`License ${what}`, minute, { product, license: { arn }, ...parties, ...detail }),
    notice: (minute: number, type: string, detail: object = {}) => event(type, minute, detail),
  }
}

export function anAgreement(overrides: Partial<Agreement> = {}): Agreement {
  return {
    agreementId: 'agmt-1',
    status: 'ACTIVE',
    startsAt: start,
    endsAt: after(days(365)),
    awsAccountId: '845735284135',
    initialAgreementId: 'agmt-1',
    licenseArns: [licenseArn],
    productIds: ['prod-ours'],
    ...overrides,
  }
}
