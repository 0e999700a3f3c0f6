import type { ServerResponse } from 'node:http'
import type { Outcome } from '../aws/metering/redeem.ts'

const badGateway =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n'

/** Sends what a call came to, as AWS JSON 1.1 or as the broken thing that it simulates. */
export function sendOutcome(response: ServerResponse, outcome: Outcome, requestId: string): void {
  switch (outcome.kind) {
    case 'hang':
      return
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'html':
      sendText(response, 502, 'text/html', badGateway)
      return
    case 'failure':
      sendAwsJson(response, outcome.status, requestId, { __type: outcome.type, ...outcome.body })
      return
    case 'customer':
    case 'empty':
      sendAwsJson(response, 200, requestId, outcome.body)
  }
}

function sendAwsJson(response: ServerResponse, status: number, requestId: string, body: object): void {
  response.setHeader('x-amzn-RequestId', requestId)
  sendText(response, status, 'application/x-amz-json-1.1', JSON.stringify(body))
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  sendText(response, status, 'application/json; charset=utf-8', JSON.stringify(body, null, 2) + '\n')
}

export function sendText(response: ServerResponse, status: number, contentType: string, text: string): void {
  sendBytes(response, status, contentType, Buffer.from(text))
}

export function sendBytes(response: ServerResponse, status: number, contentType: string, bytes: Buffer): void {
  response.setHeader('Content-Type', contentType)
  response.setHeader('Content-Length', bytes.length)
  response.statusCode = status
  response.end(bytes)
}
