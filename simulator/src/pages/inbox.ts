import type { Mail } from '../mail/inbox.ts'
import { empty, escapeHtml, facts, layout, timeOfDay } from './html.ts'

/** Every mail, newest first, as HTML and as text. */
export function inboxPage(mails: readonly Mail[]): string {
  return layout({
    path: '/inbox',
    title: 'Inbox',
    intro: `<p class="note">Mail sent through the simulated Amazon SES stays here and is not delivered. Programs get it as JSON from this
    address.</p>`,
    main: mails.length === 0 ? empty('No mail yet.') : [...mails].reverse().map(item).join('\n'),
  })
}

function item({ receivedAt, from, to, subject, text, html }: Mail, index: number): string {
  return `<section class="mail">
  <div class="section-head"><h2>${escapeHtml(subject === '' ? '(no subject)' : subject)}</h2>
  ${facts([
    ['From', escapeHtml(from)],
    ['To', escapeHtml(to)],
    ['Received', `${timeOfDay(receivedAt)} UTC`],
  ])}</div>
  ${html === null ? '' : `<iframe sandbox="${sandbox}" title="${escapeHtml(subject)}, HTML" srcdoc="${escapeHtml(framed(html))}"></iframe>`}
  ${text === null ? '' : `<details${html === null || index === 0 ? ' open' : ''}><summary>Text</summary><pre tabindex="0">${escapeHtml(text)}</pre></details>`}
</section>`
}

// The sandbox blocks scripts and forms, and lets a link open a tab without the sandbox.
const sandbox = 'allow-popups allow-popups-to-escape-sandbox'

// The policy blocks everything that would be fetched. The base opens links in a tab, because no site allows itself in a frame here.
function framed(html: string): string {
  return `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"><base target="_blank">${html}`
}
