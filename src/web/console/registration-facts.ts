import type { HistoryEntry } from '../../domain/history.ts'
import { productOf, type Product, type Products } from '../../domain/product.ts'
import type { Registration } from '../../domain/registration.ts'
import type { StoredSubscription } from '../../domain/subscription-rows.ts'
import { fact, type Fact } from '../pages/facts.ts'
import { when, yesOrNo } from './words.ts'

type Shown = string | Date | null

/** The known facts. */
function known(all: readonly (readonly [label: string, value: Shown])[]): readonly Fact[] {
  return all.flatMap(([label, value]) => {
    if (value === null) return []
    return [fact(label, value instanceof Date ? when(value) : value)]
  })
}

export function contactFacts({ contact, language }: Registration): readonly Fact[] {
  if (contact === null) return []
  return known([
    ['Email', contact.email],
    ['Name', contact.name],
    ['Company', contact.company],
    ['Phone', contact.phone],
    ['Language', language],
  ])
}

/** The answers to the seller's own fields, including fields that left the products file. */
export function answerFacts({ fields, fieldLabels, productCode }: Registration, products: Products): readonly Fact[] {
  const { fields: asked } = productOf(products, productCode)
  return Object.entries(fields).map(([name, value]) => {
    const field = asked.find((one) => one.name === name)
    const label = field?.label.en ?? fieldLabels[name] ?? name
    return fact(label, value === null || value === '' ? '–' : answerText(value, field))
  })
}

function answerText(value: string | boolean, field: Product['fields'][number] | undefined): string {
  if (typeof value === 'boolean') return yesOrNo(value)
  return field?.options.find(({ id }) => id === value)?.label.en ?? value
}

export function purchaseFacts(registration: Registration, products: Products): readonly Fact[] {
  const product = products.find(registration.productCode)
  return known([
    ['Product', product?.productName ?? 'Not configured any more'],
    ['Product code', registration.productCode],
    ['AWS account', registration.awsAccountId],
    ['License', registration.licenseArn],
    ['Customer identifier', registration.customerIdentifier],
    ['Landed', registration.landedAt],
    ['Last landed', registration.lastLandedAt],
    ['Registered', registration.registeredAt],
    ['Offer type, as the link said', registration.offerType],
    ['Agreement, as the link said', registration.claimedAgreementId],
    ['Product id, as the link said', registration.claimedProductId],
  ])
}

export function accessFacts({ readyAt, readyBy, readyUrl, readyMessage }: Registration): readonly Fact[] {
  return known([
    ['Ready since', readyAt],
    ['Marked by', readyBy],
    ['Link', readyUrl],
    ['Message', readyMessage],
  ])
}

/** Whether the seller's application has redeemed a code of the buyer. */
export function handoffFacts({ registration, products, redeemedAt }: HandoffFacts): readonly Fact[] {
  const { productCode, registeredAt } = registration
  const isExpected = registeredAt !== null && productOf(products, productCode).handoffUrl !== null
  return known([['Handoff redeemed', redeemedAt ?? (isExpected ? 'Not yet' : null)]])
}

type HandoffFacts = {
  readonly registration: Registration
  readonly products: Products
  readonly redeemedAt: Date | null
}

export function subscriptionFacts(subscription: StoredSubscription): readonly Fact[] {
  const { entitlements } = subscription
  return known([
    ['State', subscription.state],
    ['Agreement', subscription.agreementId],
    ['Agreement before', subscription.previousAgreementId],
    ['Offer', subscription.offerId],
    ['Starts', subscription.startsAt],
    ['Ends', subscription.endsAt],
    ['Ended', subscription.endedAt],
    ['Advisory since', subscription.advisoryAt],
    ['Report final usage by', subscription.finalUsageBy],
    [
      'Entitlements',
      entitlements === null ? null : entitlements.map(({ dimension, value }) => `${dimension}: ${value}`).join(', '),
    ],
    ['AWS asked', subscription.checkedAt],
  ])
}

const contactLabels = new Map<string, string>([
  ['email', 'Email'],
  ['name', 'Name'],
  ['company', 'Company'],
  ['phone', 'Phone'],
])

/** The changes of an event, one line for each detail. */
export function changeLines({ changes }: HistoryEntry, { fieldLabels }: Registration): readonly string[] {
  return changes.map(({ field, from, to }) => {
    const label = contactLabels.get(field) ?? fieldLabels[field.replace(/^fields\./, '')] ?? field
    const [before, after] = [from, to].map((value) => (value === null ? '–' : String(value)))
    return from === null ? `${label}: ${String(after)}` : `${label}: ${String(before)} → ${String(after)}`
  })
}
