import { dimensionsOf } from '../market/dimensions.ts'
import { noEnd, type Purchase } from '../market/purchase.ts'

const duration = 'P12M'

/** The terms that the buyer accepted, as GetAgreementTerms answers them: each is a union with one member. */
export function termsOf(purchase: Purchase): readonly object[] {
  return [
    term(purchase, 'LegalTerm', {
      documents: [{ type: 'StandardEula', url: 'https://example.com/eula.txt', version: '2026-01-01' }],
    }),
    term(purchase, 'SupportTerm', { refundPolicy: 'No refunds.' }),
    ...(purchase.endsAt < noEnd ? contractTerms(purchase) : [usageTerm(purchase)]),
  ]
}

function contractTerms(purchase: Purchase): readonly object[] {
  const dimensions = dimensionsOf(purchase)
  return [
    term(purchase, 'ValidityTerm', {
      agreementDuration: duration,
      agreementStartDate: new Date(purchase.startsAt),
      agreementEndDate: new Date(purchase.endsAt),
    }),
    term(purchase, 'RenewalTerm', { configuration: { enableAutoRenew: purchase.autoRenewal } }),
    term(purchase, 'ConfigurableUpfrontPricingTerm', {
      currencyCode: 'USD',
      rateCards: [
        {
          selector: { type: 'Duration', value: duration },
          constraints: { multipleDimensionSelection: 'Allowed', quantityConfiguration: 'Allowed' },
          rateCard: dimensions.map(({ name }) => ({ dimensionKey: name, price: '100.00' })),
        },
      ],
      configuration: {
        selectorValue: duration,
        dimensions: dimensions.map(({ name, quantity }) => ({ dimensionKey: name, dimensionValue: quantity })),
      },
    }),
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
