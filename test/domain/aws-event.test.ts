import { describe, expect, it } from 'vitest'
import { awsEventKind } from '../../src/domain/aws-event-kind.ts'
import { parseAwsEvent } from '../../src/domain/aws-event.ts'
import { licenseIdOf, wholeLicenseArn } from '../../src/domain/license.ts'
import { after, envelope, eventsOf, licenseArn, readable } from '../support/aws-events.ts'

const { amended, license, created } = eventsOf()
const body = JSON.parse(license(1, 'Updated')) as Record<string, unknown>
const changed = (fields: object) => JSON.stringify({ ...body, ...fields })

describe('a message', () => {
  it.each([
    ['is no JSON', 'no JSON'],
    ['is of another source', changed({ source: 'aws.ec2' })],
    ['names no account', changed({ account: undefined })],
    ['has no time', changed({ time: 'yesterday' })],
    ['is about a license and names no agreement', changed({ detail: {} })],
    ['wraps something else', JSON.stringify({ Type: 'Notification', Message: '{"Records":[]}' })],
  ])('a message that %s is not an event', (_, text) => {
    expect(parseAwsEvent(text)).toBeNull()
  })

  it('reads the event inside a message of Amazon SNS', () => {
    const wrapped = JSON.stringify({ Type: 'Notification', TopicArn: 'arn:aws:sns:…', Message: license(1, 'Updated') })
    expect(readable(wrapped)).toEqual(readable(license(1, 'Updated')))
  })

  it('a message of an unknown type is an event', () => {
    const text = changed({ 'detail-type': 'Offer Released - Manufacturer', detail: { agreement: 5, product: [] } })
    expect(readable(text).facts).toMatchObject({ kind: 'other', agreementId: null, productId: null })
  })

  it('an event of 700 kB is stored without unused parts', () => {
    const long = changed({ detail: { ...(body['detail'] as object), padding: 'x'.repeat(700_000) } })
    const event = readable(long)
    expect(event.body.length).toBeLessThan(2_000)
    expect(JSON.parse(event.body)).toMatchObject({
      detail: { agreement: { id: 'agmt-1' }, license: { arn: licenseArn } },
    })
    expect(event.facts).toEqual(readable(license(1, 'Updated')).facts)
  })
})

describe('an event', () => {
  it('reads the facts of a purchase', () => {
    expect(readable(license(1, 'Updated')).facts).toMatchObject({
      ...{ kind: 'license-updated', time: after(1), agreementId: 'agmt-1', licenseArn },
      ...{ productCode: 'ours', productId: 'prod-ours' },
      ...{ awsAccountId: '845735284135', proposerAccountId: '111122223333', startsAt: null, endsAt: null },
    })
    expect(readable(created(0, { previousAgreementId: 'agmt-0' })).facts).toMatchObject({
      ...{ kind: 'created', intent: 'NEW', status: 'ACTIVE', previousAgreementId: 'agmt-0', startsAt: after(0) },
    })
  })

  it.each([
    [true, true],
    ['true', true],
    [false, false],
    ['false', false],
    ['perhaps', null],
    [undefined, null],
  ])('reads autoRenewalEnabled %j as %j', (autoRenewalEnabled, autoRenews) => {
    expect(readable(amended(1, { autoRenewalEnabled })).facts.autoRenews).toBe(autoRenews)
  })

  it('reads product, buyer and offer from inside the agreement', () => {
    const agreement = { id: 'agmt-1', acceptorId: '845735284135', productId: 'prod-ours', offerId: 'offer-1' }
    const text = envelope({
      ...{ type: 'Agreement Cancellation Request Pending Approval - Proposer', minute: 1, detail: { agreement } },
    })
    expect(readable(text).facts).toMatchObject({
      ...{ kind: 'notice', awsAccountId: '845735284135', productId: 'prod-ours', offerId: 'offer-1' },
    })
  })
})

describe('the kind of an event', () => {
  it.each([
    ['License Updated - Manufacturer', 'license-updated'],
    ['Purchase Agreement Ended - Proposer', 'ended'],
    ['Purchase Agreement Ended', 'ended'],
    ['Purchase Agreement Amended - Proposer', 'amended'],
    ['Purchase Agreement Ending - Proposer', 'notice'],
    ['Purchase Agreement Renewal Upcoming - Manufacturer', 'notice'],
    ['Agreement Cancellation Request Pending Approval - Proposer', 'notice'],
    ['Purchase Agreement Billing Adjustment Completed - Proposer', 'notice'],
    ['Spend Threshold Reached - Proposer', 'notice'],
    ['Offer Released - Proposer', 'other'],
    ['Purchase Agreement Created - Acceptor', 'other'],
    ['Purchase Agreement Ending - Acceptor', 'other'],
  ])('the detail-type %s has the kind %s', (detailType, kind) => {
    expect(awsEventKind(detailType)).toBe(kind)
  })
})

describe('a license', () => {
  it.each([
    'arn:aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdef',
    'aws:license-manager::294406891311:l-0123456789abcdef0123456789abcdef',
    'aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdef',
    'aws:license-manager:us-east-1:294406891311:l-0123456789abcdef0123456789abcdef',
  ])('reads the license in AWS’s spelling %s', (written) => {
    expect(wholeLicenseArn(written)).toBe(licenseArn)
    expect(licenseIdOf(written)).toBe('l-0123456789abcdef0123456789abcdef')
  })

  it('keeps a license of another partition and any other text unchanged', () => {
    expect(wholeLicenseArn('aws-cn:license-manager::294406891311:l-1')).toBe(
      'arn:aws-cn:license-manager::294406891311:license:l-1',
    )
    expect(wholeLicenseArn('l-1')).toBe('l-1')
  })
})
