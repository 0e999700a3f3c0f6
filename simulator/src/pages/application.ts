import type { Arrival } from '../application/handoff.ts'
import type { Webhook } from '../application/webhooks.ts'
import { escapeHtml, facts, layout, none, timeOfDay } from './html.ts'

type Deps = {
  readonly webhooks: readonly Webhook[]
  readonly arrivals: readonly Arrival[]
  readonly webhookUrl: string
  readonly continueUrl: string
}

/** The seller's own application, as far as a landing page sees it. */
export function applicationPage({ webhooks, arrivals, webhookUrl, continueUrl }: Deps): string {
  return layout({
    path: '/application',
    title: 'Your application',
    intro: `<p class="note">This plays the product that was bought. It is told of registrations at <code>WEBHOOK_URL=${escapeHtml(webhookUrl)}</code>,
    and buyers come over to <code>HANDOFF_URL=${escapeHtml(continueUrl)}</code>.</p>`,
    main: `<h2>Buyers who came over</h2>
${arrivals.length === 0 ? none('None yet.') : `<section><ul>${[...arrivals].reverse().map(arrivalItem).join('')}</ul></section>`}
<h2>Webhooks</h2>
${webhooks.length === 0 ? none('None yet.') : `<section><ul>${[...webhooks].reverse().map(webhookItem).join('')}</ul></section>`}`,
  })
}

/** Asks before it links: whoever came by somebody else's link sees whose purchase it is. */
export function arrivalPage(arrival: Arrival): string {
  const { id, registration, linked } = arrival
  const question = `<p class="note"><b>Is this purchase yours?</b> Somebody may have sent you a link to a purchase of their own. Your account
    is linked with it only when you say so.</p>`
  const form = `<form class="answer" method="post" action="/application/arrivals/${id}/link"><button class="go">Link this purchase to my account</button>
    <a href="/application">No, leave it</a></form>`
  return layout({
    path: '/application',
    title: linked ? 'Your account is linked' : 'Link a purchase',
    intro: linked
      ? '<p class="note good">You are signed in as <b>ada@example.com</b>, and the purchase below belongs to your account.</p>'
      : `<p>You are signed in as <b>ada@example.com</b>. A purchase was registered on AWS Marketplace.</p>${question}`,
    main: `<section class="padded">${registrationFacts(registration)}${linked ? '' : form}</section>`,
  })
}

export function arrivalFailedPage(problem: string): string {
  return layout({
    path: '/application',
    title: 'That did not work',
    intro: `<p class="note bad">${escapeHtml(problem)}</p>`,
    main: none('Go back to the landing page’s last page and continue from there again.'),
  })
}

function arrivalItem({ id, at, registration, linked }: Arrival): string {
  const tag = linked ? '<span class="tag active">linked</span>' : '<span class="tag idle">not linked</span>'
  return `<li class="arrival"><div class="what"><h3>AWS account ${valueOf(registration, 'aws_account_id') ?? '–'} ${tag}</h3>
    <p class="ids">${timeOfDay(at)} <span aria-hidden="true">·</span> <code>${valueOf(registration, 'reference') ?? '–'}</code></p></div>
    <a href="/application/arrivals/${id}">Open</a></li>`
}

function registrationFacts(registration: Arrival['registration']): string {
  const names = {
    reference: 'Reference',
    aws_account_id: 'AWS account',
    company: 'Company',
    name: 'Name',
    email: 'Email',
    product_code: 'Product code',
    license_arn: 'License',
  }
  return facts(Object.entries(names).map(([key, name]) => [name, valueOf(registration, key)]))
}

function webhookItem({ receivedAt, headers, body, raw, verified }: Webhook): string {
  const type = typeof body === 'object' && body !== null && 'type' in body ? String(body.type) : 'Not JSON'
  const tag = verified ? '<span class="tag active">verified</span>' : '<span class="tag warn">not verified</span>'
  const text = typeof body === 'string' ? raw : JSON.stringify(body, null, 2)
  return `<li class="whole"><div class="what"><h3>${escapeHtml(type)} ${tag}</h3>
    <p class="ids">${timeOfDay(receivedAt)} <span aria-hidden="true">·</span> <code>${escapeHtml(headers['webhook-id'] ?? 'no webhook-id')}</code></p>
    <details><summary>Body</summary><pre tabindex="0">${escapeHtml(text)}</pre></details></div></li>`
}

function valueOf(registration: Arrival['registration'], key: string): string | null {
  const value = registration[key]
  return typeof value === 'string' ? escapeHtml(value) : null
}
