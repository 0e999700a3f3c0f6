import type { Market } from '../market/market.ts'
import { acceptedEvents, deprovisionAt } from '../market/purchase-events.ts'
import type { Purchase } from '../market/purchase.ts'
import type { Catalog } from '../products.ts'
import type { Tokens } from '../tokens/tokens.ts'
import { empty, escapeHtml, facts, landingForm, layout, timeOfDay } from './html.ts'
import { clockForms, eventForms, purchaseForm } from './purchase-forms.ts'

const shown = 100

type Deps = {
  readonly market: Market
  readonly tokens: Tokens
  readonly catalog: Catalog
  readonly queueUrl: () => string
  readonly eventsUrl: string | null
  readonly landingUrl: () => string
  readonly now: () => number
}

/** Every purchase, newest first, with the events that it accepts. */
export function createPurchasesPage(deps: Deps): () => string {
  const { market, tokens, catalog, queueUrl, eventsUrl, landingUrl, now } = deps

  function item(purchase: Purchase): string {
    const { id, state, product, awsAccountId } = purchase
    const advisory = purchase.advisoryAt === null ? '' : ' <span class="tag warn">advisory</span>'
    const partner = purchase.options.channelPartner ? ' <span class="tag idle">channel partner</span>' : ''
    const { fields } = tokens.offer(purchase.scenario, purchase.customer)
    const button = '<button class="small">Set up your account</button>'
    return `<li id="${id}">
  <div class="what">
    <h2>AWS account ${awsAccountId} <span class="tag ${state}">${state}</span>${advisory}${partner}</h2>
    ${purchaseFacts(purchase, catalog.products.length > 1 ? product.title : null)}
  </div>
  <div>${landingForm({ landingUrl: landingUrl(), fields, attributes: 'class="landing"', button })}
    ${eventForms(purchase, acceptedEvents(purchase), now())}</div>
</li>`
  }

  return () => {
    const latest = market.list().slice(-shown).reverse()
    const none = 'No purchases yet. A purchase appears when a landing page redeems its token, or after POST /tokens.'
    const posted = eventsUrl === null ? '' : ` and are posted to <code>${escapeHtml(eventsUrl)}</code>`
    return layout({
      path: '/purchases',
      title: 'Purchases',
      intro: `<p class="note">Each change sends events, as Amazon EventBridge does. They go to the queue
    <code>${escapeHtml(queueUrl())}</code>${posted}. 30 seconds after the end of an agreement, License Deprovisioned follows.</p>
    ${clockForms(now())}
    ${purchaseForm(catalog.products)}`,
      main:
        latest.length === 0
          ? empty(none)
          : `<section><ul class="purchases">${latest.map(item).join('\n')}</ul></section>`,
    })
  }
}

function purchaseFacts(purchase: Purchase, productTitle: string | null): string {
  const { scenario, agreementId, previousAgreementId, licenseArn } = purchase
  return facts([
    ['Product', productTitle === null ? null : escapeHtml(productTitle)],
    ['Scenario', `<code>${scenario}</code>`],
    ['Agreement', `<code>${agreementId}</code>`],
    ['Continues', previousAgreementId === null ? null : `<code>${previousAgreementId}</code>`],
    ['License', `<code>${escapeHtml(licenseArn)}</code>`],
    ['Term', termOf(purchase)],
    ['Entitlements', entitlementsOf(purchase)],
    ['License Deprovisioned', deprovisionText(purchase)],
  ])
}

function termOf({ startsAt, endsAt, options, autoRenewal }: Purchase): string {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10)
  if (options.entitlementCount === 0) return `from ${day(startsAt)}, without an end`
  return `${day(startsAt)} to ${day(endsAt)}${autoRenewal ? '' : ', not renewed automatically'}`
}

function deprovisionText(purchase: Purchase): string | null {
  const at = deprovisionAt(purchase)
  return at === null ? null : `follows at ${timeOfDay(at)} UTC`
}

function entitlementsOf({ activatedAt, state, options, seats }: Purchase): string {
  if (activatedAt === null || state === 'deprovisioned') return 'none'
  if (options.entitlementCount === 0) return 'none: paid by use'
  return `${seats.toString()} seats${options.entitlementCount > 1 ? ', 3 projects' : ''}`
}
