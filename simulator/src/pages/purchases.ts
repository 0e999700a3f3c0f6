import { type Move, possible } from '../market/moves.ts'
import type { Purchase } from '../market/purchase.ts'
import { escapeHtml, facts, layout, none } from './html.ts'

const shown = 100

const labels: Readonly<Record<Move, string>> = {
  activate: 'Activate',
  amend: 'Amend',
  renew: 'Renew',
  replace: 'Replace',
  cancel: 'Cancel',
  expire: 'Expire',
  deprovision: 'Deprovision',
  advise: 'Advise',
  'resolve-advisory': 'Resolve the advisory',
  notice: 'Send a notice',
}

type Deps = {
  readonly purchases: readonly Purchase[]
  readonly queueUrl: string
  readonly eventsUrl: string | null
  readonly landingUrl: string
  /** A new token of the purchase, as the fields of its form. */
  readonly fieldsFor: (purchase: Purchase) => Readonly<Record<string, string>>
}

/** Every purchase, newest first, with what can happen to it. */
export function purchasesPage({ purchases, queueUrl, eventsUrl, landingUrl, fieldsFor }: Deps): string {
  const latest = purchases.slice(-shown).reverse()
  const main =
    latest.length === 0
      ? none('None yet. A purchase appears when a landing page redeems its token, or when a program asks for one.')
      : `<section><ul class="purchases">${latest.map((one) => item(one, landingForm(landingUrl, fieldsFor(one)))).join('\n')}</ul></section>`
  const posted = eventsUrl === null ? '' : `, and are posted to <code>${escapeHtml(eventsUrl)}</code>`
  return layout({
    path: '/purchases',
    title: 'Purchases',
    intro: `<p class="note">What happens here is told by events, as Amazon EventBridge tells it. They go to the queue
    <code>${escapeHtml(queueUrl)}</code>${posted}. When an agreement has ended, License Deprovisioned follows 30 seconds later.</p>
    ${clockForms()}
    ${purchaseForm()}`,
    main,
  })
}

/** Purchases unlike those of the subscriptions page. */
function purchaseForm(): string {
  return `<form class="clock" method="post" action="/tokens"><input type="hidden" name="scenario" value="new-buyer">
    <span>Make a purchase</span>
    <label><input type="checkbox" name="channelPartner" value="true"> through a channel partner</label>
    <label>that begins <select name="startsInMs"><option value="0">now</option><option value="86400000">tomorrow</option>
      <option value="604800000">in a week</option></select></label>
    <label>paid by <select name="entitlementCount"><option value="2">contract</option><option value="0">use</option></select></label>
    <label><input type="checkbox" name="licenseSpelling" value="short"> license spelled short</label>
    <label><input type="checkbox" name="licenseKey" value="id"> as license.id</label>
    <label><input type="checkbox" name="lostEvents" value="true"> events lost</label>
    <label><input type="checkbox" name="foreignAccount" value="true"> events of another account</label>
    <button class="small">Buy</button></form>`
}

function landingForm(landingUrl: string, fields: Readonly<Record<string, string>>): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  )
  return `<form class="landing" method="post" action="${escapeHtml(landingUrl)}">${inputs.join('')}
    <button class="small">Set up your account</button></form>`
}

function clockForms(): string {
  const steps = [
    ['1 minute', 60_000],
    ['1 hour', 3_600_000],
    ['1 day', 86_400_000],
  ] as const
  const forms = steps.map(
    ([name, ms]) => `<form method="post" action="/clock"><input type="hidden" name="advanceMs" value="${ms.toString()}">
      <button class="small">${name}</button></form>`,
  )
  return `<div class="clock"><span>Move the simulator’s clock on by</span>${forms.join('')}</div>`
}

function item(purchase: Purchase, landing: string): string {
  const { id, state, scenario, awsAccountId, agreementId, licenseArn, previousAgreementId, options } = purchase
  const advisory = purchase.advisoryAt === null ? '' : ' <span class="tag warn">Advisory</span>'
  const partner = options.channelPartner ? ' <span class="tag">Channel partner</span>' : ''
  return `<li id="${id}">
  <div class="what">
    <h2>AWS account ${awsAccountId} <span class="tag ${state}">${state}</span>${advisory}${partner}</h2>
    ${facts([
      ['Scenario', `<code>${scenario}</code>`],
      ['Agreement', `<code>${agreementId}</code>`],
      ['Continues', previousAgreementId === null ? null : `<code>${previousAgreementId}</code>`],
      ['License', `<code>${escapeHtml(licenseArn)}</code>`],
      ['Entitlements', entitlements(purchase)],
    ])}
  </div>
  <div>${landing}${moveForm(purchase)}</div>
</li>`
}

function entitlements({ activatedAt, state, options, seats }: Purchase): string {
  if (activatedAt === null || state === 'deprovisioned') return 'none'
  if (options.entitlementCount === 0) return 'none: paid by use'
  return `${seats.toString()} seats${options.entitlementCount > 1 ? ', 3 projects' : ''}`
}

function moveForm(purchase: Purchase): string {
  const moves = possible(purchase)
  if (moves.length === 0) return ''
  const buttons = moves.map((move) => {
    const kind = move === 'activate' && purchase.state === 'pending' ? 'small go' : 'small'
    return `<button class="${kind}" name="event" value="${move}">${labels[move]}</button>`
  })
  return `<form class="moves" method="post" action="/purchases/${purchase.id}/events">
    <div class="buttons">${buttons.join('')}</div>
    <details><summary>How its events arrive</summary>
      <label>times <select name="times"><option>1</option><option>2</option><option>5</option></select></label>
      <label>later by <select name="delayMs"><option value="0">nothing</option><option value="5000">5 s</option>
        <option value="60000">1 min</option><option value="300000">5 min</option></select></label>
      <label><input type="checkbox" name="shuffle" value="true"> out of order</label>
      <label><input type="checkbox" name="lost" value="true"> not at all</label>
    </details>
  </form>`
}
