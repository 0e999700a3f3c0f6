import type { Mail } from '../mail/inbox.ts'
import { escapeHtml, facts, layout, none, timeOfDay } from './html.ts'

/** Every mail, newest first, as its text and as it looks. */
export function inboxPage(mails: readonly Mail[]): string {
  return layout({
    path: '/inbox',
    title: 'Inbox',
    intro: `<p class="note">Mail that the simulated Amazon SES was given ends here and reaches nobody. A program gets it as JSON from this
    address.</p>`,
    main: mails.length === 0 ? none('No mail yet.') : [...mails].reverse().map(item).join('\n'),
  })
}

function item({ receivedAt, from, to, subject, text, html }: Mail, index: number): string {
  return `<section class="mail">
  <div class="section-head"><h2>${escapeHtml(subject === '' ? '(no subject)' : subject)}</h2>
  ${facts([
    ['From', escapeHtml(from)],
    ['To', escapeHtml(to)],
    ['At', timeOfDay(receivedAt)],
  ])}</div>
  ${html === null ? '' : `<iframe sandbox title="${escapeHtml(subject)}, HTML" srcdoc="${escapeHtml(framed(html))}"></iframe>`}
  ${text === null ? '' : `<details${html === null || index === 0 ? ' open' : ''}><summary>Text</summary><pre tabindex="0">${escapeHtml(text)}</pre></details>`}
</section>`
}

// Beside the sandbox, which keeps scripts and forms out, nothing is fetched from elsewhere.
function framed(html: string): string {
  return `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">${html}`
}
