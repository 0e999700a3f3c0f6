import { z } from 'zod'
import { awsEventKind, type AwsEventKind } from './aws-event-kind.ts'
import { wholeLicenseArn } from './license.ts'

/** The facts of an AWS Marketplace event that this app uses. Null if the event does not contain a fact. */
export type AwsEventFacts = {
  readonly id: string
  /** AWS's own time, in whole seconds. */
  readonly time: Date
  readonly kind: AwsEventKind
  readonly agreementId: string | null
  /** `NEW`, `RENEW`, `REPLACE` or `AMEND`. */
  readonly intent: string | null
  readonly status: string | null
  readonly startsAt: Date | null
  /** A date in the year 9999 means no end. */
  readonly endsAt: Date | null
  readonly autoRenews: boolean | null
  readonly previousAgreementId: string | null
  /** The buyer's account. */
  readonly awsAccountId: string | null
  readonly proposerAccountId: string | null
  readonly offerId: string | null
  readonly productCode: string | null
  readonly productId: string | null
  readonly licenseArn: string | null
}

/** An event to store. */
export type AwsEvent = {
  readonly id: string
  /** With AWS's role suffix: `License Updated - Manufacturer`. */
  readonly detailType: string
  readonly time: Date
  /** The seller's account. */
  readonly account: string
  /** JSON. */
  readonly body: string
  readonly facts: AwsEventFacts
}

/** In characters. AWS's events have about 1,000; SQS allows a million. */
const longestBody = 16 * 1024

/** A value of another type counts as missing, so that a changed field does not make the whole event unreadable. */
const text = z
  .string()
  .trim()
  .min(1)
  .max(2048)
  .regex(/^\P{Cc}+$/u)
  .nullish()
  .catch(null)
const flag = z.union([z.boolean(), z.stringbool()]).nullish().catch(null)
const part = <Shape extends z.ZodRawShape>(shape: Shape) => z.object(shape).nullish().catch(null)

const agreementPart = part({
  id: text,
  intent: text,
  status: text,
  startTime: text,
  endTime: text,
  previousAgreementId: text,
  autoRenewalEnabled: flag,
  acceptorId: text,
  productId: text,
  offerId: text,
})

const envelope = z.object({
  id: z
    .string()
    .min(1)
    .max(200)
    .regex(/^\P{Cc}+$/u),
  'detail-type': z
    .string()
    .min(1)
    .max(200)
    .regex(/^\P{Cc}+$/u),
  source: z.literal('aws.agreement-marketplace'),
  account: z.string().regex(/^\d{12}$/),
  time: z.iso.datetime({ offset: true }),
  detail: z.object({
    agreement: agreementPart,
    acceptor: part({ accountId: text }),
    proposer: part({ accountId: text }),
    offer: part({ id: text }),
    product: part({ id: text, code: text }),
    license: part({ arn: text, id: text }),
  }),
})
type Envelope = z.infer<typeof envelope>

/** The envelope of an event that Amazon SNS forwarded. */
const snsEnvelope = z.object({ Type: z.literal('Notification'), Message: z.string() })

/** Parses an event. Null if the text is not an AWS Marketplace event, or if the agreement that its type requires is missing. */
export function parseAwsEvent(message: string): AwsEvent | null {
  const { body, json } = unwrapped(message)
  const { success, data } = envelope.safeParse(json)
  if (!success) return null
  const facts = factsOf(data)
  if (facts.agreementId === null && facts.kind !== 'other' && facts.kind !== 'notice') return null
  return {
    id: data.id,
    detailType: data['detail-type'],
    time: facts.time,
    account: data.account,
    // A longer event is stored without the parts that this app does not use.
    body: body.length <= longestBody ? body : JSON.stringify(data),
    facts,
  }
}

function unwrapped(body: string): { readonly body: string; readonly json: unknown } {
  const json = parsedJson(body)
  const { success, data } = snsEnvelope.safeParse(json)
  return success ? { body: data.Message, json: parsedJson(data.Message) } : { body, json }
}

function factsOf({ id, time, 'detail-type': detailType, detail }: Envelope): AwsEventFacts {
  const { agreement, acceptor, proposer, offer, product, license } = detail
  // AWS's sample code reads `license.id`.
  const licenseArn = license?.arn ?? license?.id ?? null
  return {
    id,
    time: new Date(time),
    kind: awsEventKind(detailType),
    agreementId: agreement?.id ?? null,
    intent: agreement?.intent ?? null,
    status: agreement?.status ?? null,
    startsAt: dateOf(agreement?.startTime),
    endsAt: dateOf(agreement?.endTime),
    autoRenews: agreement?.autoRenewalEnabled ?? null,
    previousAgreementId: agreement?.previousAgreementId ?? null,
    awsAccountId: acceptor?.accountId ?? agreement?.acceptorId ?? null,
    proposerAccountId: proposer?.accountId ?? null,
    offerId: offer?.id ?? agreement?.offerId ?? null,
    productCode: product?.code ?? null,
    productId: product?.id ?? agreement?.productId ?? null,
    licenseArn: licenseArn === null ? null : wholeLicenseArn(licenseArn),
  }
}

function dateOf(value: string | null | undefined): Date | null {
  const date = new Date(value ?? '')
  // The databases do not support later years.
  return date.getUTCFullYear() <= 9999 ? date : null
}

function parsedJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
