import type { ServerResponse } from 'node:http'

export function sendJson(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body, null, 2) + '\n'
  send(response, status, { contentType: 'application/json; charset=utf-8', text })
}

export function sendPage(response: ServerResponse, html: string, status = 200): void {
  send(response, status, { contentType: 'text/html; charset=utf-8', text: html })
}

type Content = { readonly contentType: string; readonly text: string | Buffer }

export function send(response: ServerResponse, status: number, { contentType, text }: Content): void {
  const bytes = Buffer.from(text)
  response.setHeader('Content-Type', contentType)
  response.setHeader('Content-Length', bytes.length)
  response.statusCode = status
  response.end(bytes)
}

export function seeOther(response: ServerResponse, location: string): void {
  response.writeHead(303, { Location: location }).end()
}
