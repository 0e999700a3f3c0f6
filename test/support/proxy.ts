import { connect } from 'node:net'
import { onTestFinished } from 'vitest'
import { listen } from './listen.ts'

type Proxy = {
  readonly url: string
  /** The `host:port` of every tunnel so far. */
  readonly asked: readonly string[]
}

/** A proxy that opens all tunnels to ports of this machine, for any host. Closed when the test ends. */
export async function startProxy(portFor: (hostAndPort: string) => number): Promise<Proxy> {
  const { server, url } = await listen((_request, response) => response.writeHead(405).end())
  const asked: string[] = []
  server.on('connect', ({ url: target = '' }, socket) => {
    asked.push(target)
    const upstream = connect(portFor(target), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    for (const end of [socket, upstream]) end.on('error', () => undefined)
    onTestFinished(() => {
      socket.destroy()
      upstream.destroy()
    })
  })
  return { url, asked }
}
