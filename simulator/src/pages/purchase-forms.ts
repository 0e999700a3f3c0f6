import { type Notice, noticeNames } from '../market/notices.ts'
import type { EventName } from '../market/purchase-events.ts'
import type { Purchase } from '../market/purchase.ts'
import type { Product } from '../products.ts'
import { escapeHtml, timeOfDay } from './html.ts'

const dayMs = 24 * 3_600_000

/** The form for purchases that are not on the subscriptions page. */
export function purchaseForm(products: readonly Product[]): string {
  const choice = products.map(({ code, title }) => `<option value="${escapeHtml(code)}">${escapeHtml(title)}</option>`)
  const product =
    products.length === 1 ? '' : `<label>of <select name="productCode">${choice.join('')}</select></label>`
  return `<form class="bar-form" method="post" action="/tokens"><input type="hidden" name="scenario" value="new-buyer">
    <b>Make a purchase</b>${product}
    <label>that starts <select name="startsInMs"><option value="0">now</option><option value="${dayMs.toString()}">tomorrow</option>
      <option value="${(7 * dayMs).toString()}">in a week</option></select></label>
    <label>paid by <select name="entitlementCount"><option value="2">contract</option><option value="0">use</option></select></label>
    <label><input type="checkbox" name="channelPartner" value="true"> through a channel partner</label>
    <label><input type="checkbox" name="lostEvents" value="true"> events are lost</label>
    <label><input type="checkbox" name="foreignAccount" value="true"> events of another account</label>
    <label><input type="checkbox" name="licenseSpelling" value="short"> short license ARN</label>
    <label><input type="checkbox" name="licenseKey" value="id"> license.id instead of license.arn</label>
    <button class="small go">Buy</button></form>`
}

export function clockForms(now: number): string {
  const steps = [
    ['1 minute', 60_000],
    ['1 hour', 3_600_000],
    ['1 day', dayMs],
  ] as const
  const forms = steps.map(
    ([name, ms]) => `<form method="post" action="/clock"><input type="hidden" name="advanceMs" value="${ms.toString()}">
      <button class="small">${name}</button></form>`,
  )
  const date = new Date(now).toISOString().slice(0, 10)
  return `<div class="bar-form"><b>Clock</b><span>${date} ${timeOfDay(now)} UTC. Advance it by</span>${forms.join('')}</div>`
}

const labels: Readonly<Record<Exclude<EventName, 'amend' | 'notice'>, string>> = {
  activate: 'Activate',
  renew: 'Renew',
  replace: 'Replace',
  cancel: 'Cancel',
  expire: 'Expire',
  deprovision: 'Deprovision',
  advise: 'Issue an advisory',
  'resolve-advisory': 'Resolve the advisory',
}

const noticeLabels: Readonly<Record<Notice, string>> = {
  'renewal-upcoming': 'renewal upcoming',
  ending: 'ending',
  'cancellation-request': 'cancellation request',
  'billing-adjustment': 'billing adjustment',
  'spend-threshold': 'spend threshold',
}

/** The forms of the events that a purchase accepts. */
export function eventForms(purchase: Purchase, accepted: readonly EventName[], now: number): string {
  if (accepted.length === 0) return ''
  const form = (content: string) =>
    `<form class="events" method="post" action="/purchases/${purchase.id}/events">${content}</form>`
  return [
    form(plainEvents(purchase, accepted)),
    ...(accepted.includes('amend') ? [form(amendment(purchase, now))] : []),
    ...(accepted.includes('notice') ? [form(notice)] : []),
  ].join('')
}

function plainEvents({ state }: Purchase, accepted: readonly EventName[]): string {
  const buttons = accepted.flatMap((event) => {
    if (event === 'amend' || event === 'notice') return []
    const kind = event === 'activate' && state === 'pending' ? 'small go' : 'small'
    return [`<button class="${kind}" name="event" value="${event}">${labels[event]}</button>`]
  })
  return `<div class="buttons">${buttons.join('')}</div>
    <details><summary>How its events are sent</summary>
      <label>times <select name="times"><option>1</option><option>2</option><option>5</option></select></label>
      <label>later by <select name="delayMs"><option value="0">nothing</option><option value="5000">5 s</option>
        <option value="60000">1 min</option><option value="300000">5 min</option></select></label>
      <label><input type="checkbox" name="shuffle" value="true"> out of order</label>
      <label><input type="checkbox" name="lost" value="true"> not at all</label>
    </details>`
}

function amendment({ endsAt, autoRenewal }: Purchase, now: number): string {
  const option = (at: number, name: string) => `<option value="${new Date(at).toISOString()}">${name}</option>`
  const ends = [
    option(endsAt + 365 * dayMs, 'a year later'),
    option(now + 7 * dayMs, 'in 7 days'),
    option(now - dayMs, 'yesterday'),
  ]
  return `<button class="small" name="event" value="amend">Amend</button>
    <label>end <select name="endTime"><option value="">unchanged</option>${ends.join('')}</select></label>
    <label>auto-renewal <select name="autoRenewal"><option value="">unchanged</option>
      <option value="${autoRenewal ? 'false' : 'true'}">${autoRenewal ? 'off' : 'on'}</option></select></label>`
}

const notice = `<button class="small" name="event" value="notice">Send a notice</button>
    <label><span class="hidden">Notice</span> <select name="notice">${noticeNames
      .map((name) => `<option value="${name}">${noticeLabels[name]}</option>`)
      .join('')}</select></label>`
