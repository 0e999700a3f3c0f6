import type { AwsCall, AwsCalls } from '../aws/aws-calls.ts'
import type { Call, Calls } from '../aws/metering/calls.ts'
import { empty, escapeHtml, layout, table } from './html.ts'

const shown = 200

/** The latest calls, newest first: first those of ResolveCustomer, then all others. */
export function callsPage(calls: Calls, awsCalls: AwsCalls): string {
  const latest = calls.list().slice(-shown).reverse()
  const others = awsCalls.list().slice(-shown).reverse()
  const heads = ['Time', 'Scenario', 'Answer', 'Signed by', 'Region', 'Token', 'Request id']
  const otherHeads = ['Time', 'Operation', 'Answer', 'Signed by', 'Region', 'Request id']
  const main = latest.length === 0 ? empty('None yet.') : table('Calls', heads, latest.map(tableRow))
  const rest =
    others.length === 0 ? '' : `<h2>Other calls</h2>${table('Other calls', otherHeads, others.map(otherRow))}`
  return layout({
    path: '/calls',
    title: 'Recent calls',
    intro: `<p class="note">Calls of ResolveCustomer so far: ${calls.count().toString()}. The latest ${shown.toString()} are below;
    reload the page for newer ones. Programs get them as JSON from this address.</p>`,
    main: main + rest,
  })
}

function tableRow(call: Call): readonly string[] {
  const signedBy = call.assumedRoleArn ?? call.accessKeyId ?? 'nobody'
  return [
    new Date(call.at).toISOString().slice(11, 23),
    call.scenario ?? '–',
    call.outcome,
    call.hasSessionToken ? `${signedBy} (temporary)` : signedBy,
    call.region ?? '–',
    call.token === null ? '–' : `${call.token.slice(0, 12)}…`,
    call.requestId,
  ].map(escapeHtml)
}

function otherRow(call: AwsCall): readonly string[] {
  const { at, operation, outcome, accessKeyId, region, requestId } = call
  const time = new Date(at).toISOString().slice(11, 23)
  return [time, operation, outcome, accessKeyId ?? 'nobody', region ?? '–', requestId].map(escapeHtml)
}
