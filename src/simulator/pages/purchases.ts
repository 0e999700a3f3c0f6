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
}

type Deps = { readonly purchases: readonly Purchase[]; readonly queueUrl: string; readonly eventsUrl: string | null }

/** Every purchase, newest first, with what can happen to it. */
export function purchasesPage({ purchases, queueUrl, eventsUrl }: Deps): string {
  const latest = purchases.slice(-shown).reverse()
  const main =
    latest.length === 0
      ? none('None yet. A purchase appears when a landing page redeems its token, or when a program asks for one.')
      : `<section><ul class="purchases">${latest.map(item).join('\n')}</ul></section>`
  const posted = eventsUrl === null ? '' : `, and are posted to <code>${escapeHtml(eventsUrl)}</code>`
  return layout({
    path: '/purchases',
    title: 'Purchases',
    intro: `<p class="note">What happens here is told by events, as Amazon EventBridge tells it. They go to the queue
    <code>${escapeHtml(queueUrl)}</code>${posted}. When an agreement has ended, License Deprovisioned follows 30 seconds later.</p>
    ${clockForms()}`,
    main,
  })
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

function item(purchase: Purchase): string {
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
  ${moveForm(purchase)}
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
