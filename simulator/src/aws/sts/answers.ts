import { randomUUID } from 'node:crypto'
import { escapeXml } from '../wire/query.ts'

/** An answer of STS in the Query protocol. */
export type StsAnswer = { readonly status: number; readonly xml: string; readonly requestId: string }

/** `result` is XML. */
export function stsResult(action: string, result: string): StsAnswer {
  const requestId = randomUUID()
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`
  const content = `<${action}Result>${result}</${action}Result>${metadata}`
  return { status: 200, xml: document(`${action}Response`, content), requestId }
}

export function stsError(status: number, code: string, message: string): StsAnswer {
  const requestId = randomUUID()
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`
  return { status, xml: document('ErrorResponse', `${error}<RequestId>${requestId}</RequestId>`), requestId }
}

function document(root: string, content: string): string {
  return `<${root} xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${content}</${root}>\n`
}
