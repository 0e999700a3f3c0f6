import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A relay to a server on this machine, which simulates network failures. */
export async function relayTo(url: string) {
  const target = new URL(url)
  const { port, hostname } = target
  const pairs: (readonly [Socket, Socket])[] = []
  let isShut = false
  const server = createServer((socket) => {
    if (isShut) {
      socket.destroy()
      return
    }
    const there = connect(Number(port), hostname)
    pairs.push([socket, there])
    for (const end of [socket, there]) end.on('error', () => undefined)
    socket.pipe(there).pipe(socket)
    socket.on('close', () => there.destroy())
    there.on('close', () => socket.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const end of pairs.flat()) end.destroy()
    server.close()
  })
  target.port = String((server.address() as AddressInfo).port)
  return {
    url: target.href,
    opened: () => pairs.length,
    /** Closes all connections and accepts no new ones. */
    shut: () => {
      isShut = true
      for (const end of pairs.flat()) end.destroy()
    },
    reopen: () => {
      isShut = false
    },
    /** Open connections get no more data but stay open. New connections work. */
    cut: () => {
      for (const [socket, there] of pairs) {
        socket.unpipe(there).pause()
        there.unpipe(socket).pause()
      }
    },
  }
}
