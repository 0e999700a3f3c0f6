import type { Buyer } from '../application/buyers.ts'
import type { Webhook } from '../application/webhooks.ts'
import { buyerFacts, buyerTags, textIn } from './buyer-facts.ts'
import { empty, escapeHtml, layout, timeOfDay } from './html.ts'

type Deps = {
  readonly webhooks: readonly Webhook[]
  readonly buyers: readonly Buyer[]
  readonly canMarkReady: boolean
  readonly verifies: boolean
  readonly url: string
}

/** The parts of a seller's application that the landing page calls. */
export function applicationPage({ webhooks, buyers, canMarkReady, verifies, url }: Deps): string {
  return layout({
    path: '/application',
    title: 'Your application',
    intro: `<p class="note">This page acts as the product that was bought. It receives the landing page’s webhooks
    (<code>WEBHOOK_URL=${escapeHtml(url)}/webhooks</code>), gets buyers from its last page
    (<code>HANDOFF_URL=${escapeHtml(url)}/application/handoff</code>), and marks them as ready through its API.</p>`,
    main: `<h2>Buyers</h2>
${buyers.length === 0 ? empty('None yet. A buyer appears after a webhook or a handoff.') : listOf(buyers.map((buyer) => buyerItem(buyer, canMarkReady)))}
<h2>Webhooks</h2>
${verifies ? '' : unverified}${webhooks.length === 0 ? empty('None yet.') : listOf(webhooks.map(webhookItem))}`,
  })
}

const unverified = `<p class="hint">They are not verified. To verify them, start the simulator with <code>WEBHOOK_SECRET</code>.</p>
`

/** Newest first. */
function listOf(items: readonly string[]): string {
  return `<section><ul>${[...items].reverse().join('\n')}</ul></section>`
}

function buyerItem(buyer: Buyer, canMarkReady: boolean): string {
  const { reference, registration, error } = buyer
  const name = textIn(registration, 'company') ?? textIn(registration, 'name') ?? 'Not registered yet'
  return `<li class="buyer" id="${escapeHtml(reference)}">
  <div class="what"><h3>${escapeHtml(name)} ${buyerTags(buyer)}</h3>${buyerFacts(buyer)}</div>
  <div>${error === null ? '' : `<p class="note bad">${escapeHtml(error)}</p>`}${readyForm(buyer, canMarkReady)}</div>
</li>`
}

function readyForm({ reference, registration }: Buyer, canMarkReady: boolean): string {
  if (registration['status'] !== 'registered') return ''
  if (!canMarkReady)
    return '<p class="hint">To mark buyers as ready, start the simulator with <code>API_SECRET</code>.</p>'
  const isReady = textIn(registration, 'ready_at') !== null
  const [url, message] = [textIn(registration, 'ready_url') ?? '', textIn(registration, 'ready_message') ?? '']
  const fields = `<label>Link <input name="url" type="url" placeholder="https://app.example.com/" value="${escapeHtml(url)}"></label>
    <label>Message <textarea name="message" maxlength="500" rows="2">${escapeHtml(message)}</textarea></label>
    ${isReady ? '<label class="check"><input type="checkbox" name="notify" value="true"> send the mail again</label>' : ''}`
  const details = `<details><summary>${isReady ? 'Change the link or the message' : 'Add a link or a message'}</summary>${fields}</details>`
  const button = isReady ? '<button class="small">Save</button>' : '<button class="small go">Mark as ready</button>'
  return `<form class="ready" method="post" action="/application/buyers/${escapeHtml(reference)}/ready">
    ${isReady ? details.replace('</details>', `${button}</details>`) : button + details}</form>`
}

function webhookItem({ receivedAt, headers, body, raw, verified }: Webhook): string {
  const type = typeof body === 'object' && body !== null && 'type' in body ? String(body.type) : 'Not JSON'
  const tag = verified ? '<span class="tag active">verified</span>' : '<span class="tag warn">not verified</span>'
  const text = typeof body === 'string' ? raw : JSON.stringify(body, null, 2)
  return `<li class="whole"><div class="what"><h3>${escapeHtml(type)} ${tag}</h3>
    <p class="ids">${timeOfDay(receivedAt)} <span aria-hidden="true">·</span> <code>${escapeHtml(headers['webhook-id'] ?? 'no webhook-id')}</code></p>
    <details><summary>Body</summary><pre tabindex="0">${escapeHtml(text)}</pre></details></div></li>`
}
