import { z } from 'zod'

/** An event of AWS Marketplace as it is stored. */
export type AwsEvent = {
  readonly id: string
  /** With AWS's role suffix: `License Updated - Manufacturer`. */
  readonly detailType: string
  readonly time: Date
  /** The seller's account. */
  readonly account: string
  /** The whole event, JSON. */
  readonly body: string
}

/** By the detail-type without its role suffix. Source: AWS Marketplace Seller Guide, "Amazon EventBridge events". */
const kinds = {
  'Purchase Agreement Created': 'created',
  'Purchase Agreement Ended': 'ended',
  'Purchase Agreement Advisory Issued': 'advisory-issued',
  'Purchase Agreement Advisory Resolved': 'advisory-resolved',
  'License Updated': 'license-updated',
  'License Deprovisioned': 'license-deprovisioned',
} as const

/** The detail-types from which something follows, without the role suffix. */
export const eventTypes: readonly string[] = Object.keys(kinds)

export function withoutRole(detailType: string): string {
  return detailType.replace(/ - (?:Manufacturer|Proposer)$/, '')
}

/** What an event says, as far as it matters here. Null for what it does not say. */
export type AgreementEvent = {
  readonly id: string
  readonly time: Date
  readonly kind: (typeof kinds)[keyof typeof kinds] | 'other'
  readonly agreementId: string | null
  readonly status: string | null
  readonly startsAt: Date | null
  /** Null where it has no end, too. */
  readonly endsAt: Date | null
  readonly previousAgreementId: string | null
  /** The buyer. */
  readonly awsAccountId: string | null
  readonly proposerAccountId: string | null
  readonly offerId: string | null
  readonly productCode: string | null
  readonly productId: string | null
  readonly licenseArn: string | null
}

/** Anything but text is nothing: one field that AWS changes must not cost the rest. */
const text = z.string().trim().min(1).max(2048).nullish().catch(null)
const part = <Shape extends z.ZodRawShape>(shape: Shape) => z.object(shape).nullish().catch(null)

const envelope = z.object({
  id: z.string().min(1).max(200),
  'detail-type': z.string().min(1).max(200),
  source: z.literal('aws.agreement-marketplace'),
  account: z.string().regex(/^\d{12}$/),
  time: z.iso.datetime({ offset: true }),
  detail: z.object({
    agreement: part({ id: text, status: text, startTime: text, endTime: text, previousAgreementId: text }),
    acceptor: part({ accountId: text }),
    proposer: part({ accountId: text }),
    offer: part({ id: text }),
    product: part({ id: text, code: text }),
    license: part({ arn: text, id: text }),
  }),
})

/** Null for what is no event of AWS Marketplace, or says too little to be of use. */
export function parseAwsEvent(body: string): AwsEvent | null {
  const { success, data } = envelope.safeParse(parsedJson(body))
  if (!success) return null
  const event = { id: data.id, detailType: data['detail-type'], time: new Date(data.time), account: data.account, body }
  const { kind, agreementId } = readAwsEvent(event)
  return kind === 'other' || agreementId !== null ? event : null
}

/** Throws for a body that `parseAwsEvent` did not take. */
export function readAwsEvent({ body }: Pick<AwsEvent, 'body'>): AgreementEvent {
  const { id, time, 'detail-type': detailType, detail } = envelope.parse(JSON.parse(body))
  const { agreement, acceptor, proposer, offer, product, license } = detail
  return {
    id,
    time: new Date(time),
    kind: kindOf(detailType),
    agreementId: agreement?.id ?? null,
    status: agreement?.status ?? null,
    startsAt: timeOf(agreement?.startTime),
    endsAt: timeOf(agreement?.endTime),
    previousAgreementId: agreement?.previousAgreementId ?? null,
    awsAccountId: acceptor?.accountId ?? null,
    proposerAccountId: proposer?.accountId ?? null,
    offerId: offer?.id ?? null,
    productCode: product?.code ?? null,
    productId: product?.id ?? null,
    // AWS's sample reads `license.id`.
    licenseArn: licenseArnOf(license?.arn ?? license?.id ?? null),
  }
}

/** The last part of a license ARN, `l-…`: AWS spells the rest in more than one way. */
export function licenseIdOf(licenseArn: string): string {
  return licenseArn.slice(licenseArn.lastIndexOf(':') + 1)
}

/** AWS's own example has neither `arn:` nor `license:`, but its API finds a license only by the whole ARN. */
function licenseArnOf(written: string | null): string | null {
  const [, owner, id] = /^aws:license-manager::(\d{12}):(?:license:)?(l-\w+)$/.exec(written ?? '') ?? []
  return owner === undefined || id === undefined ? written : `arn:aws:license-manager::${owner}:license:${id}`
}

function kindOf(detailType: string): AgreementEvent['kind'] {
  const type = withoutRole(detailType)
  return Object.entries(kinds).find(([name]) => name === type)?.[1] ?? 'other'
}

/** The year 9999 means that there is no end. */
function timeOf(value: string | null | undefined): Date | null {
  if (value === null || value === undefined || value.startsWith('9999-')) return null
  const time = new Date(value)
  return Number.isNaN(time.getTime()) ? null : time
}

function parsedJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
