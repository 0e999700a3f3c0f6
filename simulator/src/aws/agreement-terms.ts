import { dimensionsOf } from '../market/dimensions.ts'
import { noEnd, type Purchase } from '../market/purchase.ts'

const duration = 'P12M'

/** The accepted terms, as GetAgreementTerms answers: each is a union with one member. */
export function termsOf(purchase: Purchase): readonly object[] {
  const documents = [{ type: 'StandardEula', url: 'https://example.com/eula.txt', version: '2026-01-01' }]
  return [
    term(purchase, 'LegalTerm', { documents }),
    term(purchase, 'SupportTerm', { refundPolicy: 'No refunds.' }),
    ...(purchase.options.entitlementCount === 0 ? [usageTerm(purchase)] : contractTerms(purchase)),
  ]
}

function contractTerms(purchase: Purchase): readonly object[] {
  const dimensions = dimensionsOf(purchase)
  const { startsAt, endsAt, autoRenewal } = purchase
  const rateCard = {
    selector: { type: 'Duration', value: duration },
    constraints: { multipleDimensionSelection: 'Allowed', quantityConfiguration: 'Allowed' },
    rateCard: dimensions.map(({ name }) => ({ dimensionKey: name, price: '100.00' })),
  }
  const configuration = {
    selectorValue: duration,
    dimensions: dimensions.map(({ name, quantity }) => ({ dimensionKey: name, dimensionValue: quantity })),
  }
  return [
    term(purchase, 'ValidityTerm', {
      agreementDuration: duration,
      agreementStartDate: new Date(startsAt),
      ...(endsAt < noEnd && { agreementEndDate: new Date(endsAt) }),
    }),
    term(purchase, 'RenewalTerm', { configuration: { enableAutoRenew: autoRenewal } }),
    term(purchase, 'ConfigurableUpfrontPricingTerm', { currencyCode: 'USD', rateCards: [rateCard], configuration }),
  ]
}

function usageTerm(purchase: Purchase): object {
  const rateCard = [{ dimensionKey: 'requests', price: '0.001' }]
  return term(purchase, 'UsageBasedPricingTerm', { currencyCode: 'USD', rateCards: [{ rateCard }] })
}

function term({ agreementId }: Purchase, type: string, fields: object): object {
  const id = `term-${type.toLowerCase()}-${agreementId.slice(-12)}`
  return { [type.charAt(0).toLowerCase() + type.slice(1)]: { type, id, ...fields } }
}
