/** The ids of a set. Each set has two agreements of one buyer. */
type SampleIds = {
  readonly account: string
  readonly buyer: string
  readonly productCode: string
  readonly productId: string
  /** Distinguishes the sets. */
  readonly set: number
}

/** AWS's own samples share one event id. */
const id = '12345678-1234-1234-1234-123456789012'

/**
 * Events in the format of AWS's published samples: a purchase through a channel partner that is amended, gets an advisory, is renewed and
 * then canceled. Source: AWS Marketplace Seller Guide, "Amazon EventBridge events".
 */
export function awsSamples({ account, buyer, productCode, productId, set }: SampleIds) {
  const first = `agmt-4mwg1nevbokzw95eca579${String(set)}first`
  const second = `agmt-4mwg1nevbokzw95eca579${String(set)}second`
  const license = (n: number) =>
    `aws:license-manager:us-east-1:294406891311:l-${String(set * 10 + n).padStart(32, '0')}`
  const parties = { acceptor: { accountId: buyer }, proposer: { accountId: '123456512334' } }
  const offer = { offer: { id: '8kkr91jo647j3qxlcjhlqce7y' } }
  const product = { product: { id: productId, title: 'Example Analytics' } }
  const sold = { product: { code: productCode, id: productId }, ...parties, ...offer }

  const event = (time: string, type: string, agreement: object, more: object = {}) => {
    const { id: agreementId } = { id: first, ...agreement }
    return JSON.stringify({
      ...{ version: '0', id, 'detail-type': `${type} - Manufacturer`, source: 'aws.agreement-marketplace', account },
      ...{ time: `2026-${time}Z`, region: 'us-east-1' },
      resources: [`arn:aws:aws-marketplace::aws:agreement:${agreementId}`],
      detail: {
        ...{ requestId: '3d4c9f9b-b809-4f5e-9fac-a9ae98b05cbb', catalog: 'AWSMarketplace' },
        agreement: { id: agreementId, ...agreement },
        ...more,
      },
    })
  }
  const term = { status: 'ACTIVE', acceptanceTime: '2026-08-20T21:36:00Z', startTime: '2026-08-20T21:36:00Z' }
  const untilNextYear = { ...term, endTime: '2027-08-20T21:36:00Z' }
  const amendedTerm = { ...term, endTime: '2028-08-20T21:36:00Z' }
  const notices = [
    event('09-05T09:00:00', 'Purchase Agreement Amended', { autoRenewalEnabled: 'false', intent: 'AMEND' }, product),
    event('09-20T09:00:00', 'Purchase Agreement Renewal Upcoming', amendedTerm, { ...product, ...parties }),
    event('10-20T09:00:00', 'Purchase Agreement Billing Adjustment Completed', { id: second }),
  ]
  const renewal = event('10-01T09:00:05', 'Purchase Agreement Ended', { status: 'RENEWED' })
  const deprovisioning = event('10-01T09:30:00', 'License Deprovisioned', {}, { ...sold, license: { arn: license(1) } })
  return {
    ...{ first, second, notices, renewal, deprovisioning },
    events: [
      event(
        '08-20T21:36:00',
        'Purchase Agreement Created',
        { intent: 'NEW', ...untilNextYear },
        { ...parties, ...offer },
      ),
      event('08-20T21:36:03', 'License Updated', {}, { ...sold, license: { arn: license(1) } }),
      event(
        '09-01T09:00:00',
        'Purchase Agreement Amended',
        { intent: 'AMEND', ...amendedTerm },
        { ...parties, ...offer },
      ),
      ...notices.slice(0, 2),
      event('09-10T09:00:00', 'Purchase Agreement Advisory Issued', {}, product),
      event('09-11T09:00:00', 'Purchase Agreement Advisory Resolved', {}, product),
      event(
        '10-01T09:00:00',
        'Purchase Agreement Created',
        { id: second, intent: 'RENEW', ...untilNextYear },
        { ...sold },
      ),
      event('10-01T09:00:03', 'License Updated', { id: second }, { ...sold, license: { arn: license(2) } }),
      renewal,
      deprovisioning,
      ...notices.slice(2),
      event('11-01T09:00:00', 'Purchase Agreement Ended', { id: second, status: 'CANCELLED' }),
      event('11-01T09:30:00', 'License Deprovisioned', { id: second }, { ...sold, license: { arn: license(2) } }),
    ],
  }
}
