import type { Call, Calls } from './calls.ts'
import { escapeHtml, layout } from './html.ts'

const shown = 200

/** The latest calls of ResolveCustomer, newest first. */
export function callsPage(calls: Calls): string {
  const latest = calls.list().slice(-shown).reverse()
  return layout({
    title: 'Recent calls',
    intro: `<p class="note">${calls.count().toString()} calls of ResolveCustomer so far, the latest ${shown.toString()} below.
    Reload for more. A program gets them as JSON from this address.</p>`,
    main: latest.length === 0 ? '<section><p class="none">None yet.</p></section>' : table(latest),
  })
}

function table(calls: readonly Call[]): string {
  const heads = ['Time', 'Scenario', 'Answer', 'Signed by', 'Region', 'Token', 'Request id']
  return `<section class="scroll" tabindex="0" aria-label="Calls"><table>
  <thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
  <tbody>
${calls.map(tableRow).join('\n')}
  </tbody>
</table></section>`
}

function tableRow(call: Call): string {
  const signedBy = call.assumedRoleArn ?? call.accessKeyId ?? 'nobody'
  const cells = [
    new Date(call.at).toISOString().slice(11, 23),
    call.scenario ?? '–',
    call.outcome,
    call.hasSessionToken ? `${signedBy} (temporary)` : signedBy,
    call.region ?? '–',
    call.token === null ? '–' : `${call.token.slice(0, 12)}…`,
    call.requestId,
  ]
  return `  <tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`
}
