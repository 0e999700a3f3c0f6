import { randomUUID } from 'node:crypto'

/** An answer of STS, in AWS's Query protocol. */
export type StsAnswer = { readonly status: number; readonly xml: string }

/** `result` is XML. */
export function stsResult(action: string, result: string): StsAnswer {
  const content = `<${action}Result>${result}</${action}Result><ResponseMetadata>${requestId()}</ResponseMetadata>`
  return { status: 200, xml: document(`${action}Response`, content) }
}

export function stsError(status: number, code: string, message: string): StsAnswer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`
  return { status, xml: document('ErrorResponse', error + requestId()) }
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function requestId(): string {
  return `<RequestId>${randomUUID()}</RequestId>`
}

function document(root: string, content: string): string {
  return `<${root} xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${content}</${root}>\n`
}
