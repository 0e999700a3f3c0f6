import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

type Asked = {
  readonly path: string | undefined
  readonly authorization: string | undefined
  readonly body: {
    readonly FromEmailAddress: string
    readonly Destination: { readonly ToAddresses: readonly string[] }
    readonly Content: { readonly Raw: { readonly Data: string } }
  }
}

/** A server that answers one call of Amazon SES. */
export async function startSes(answer: (response: ServerResponse) => void) {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const { authorization } = request.headers
      asked.push({
        path: `${String(request.method)} ${String(request.url)}`,
        authorization,
        body: body as Asked['body'],
      })
      answer(response)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { asked, url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` }
}
