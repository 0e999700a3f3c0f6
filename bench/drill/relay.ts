import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { Stage } from './stage.ts'

export type Relay = {
  readonly port: number
  /** Connections stay open, new ones are accepted, and nothing comes through: a database that hangs. */
  readonly freeze: () => void
  readonly thaw: () => void
}

/** Stands between the tasks and their database. */
export async function startRelay(stage: Stage, targetPort: number): Promise<Relay> {
  const sockets = new Set<Socket>()
  let frozen = false
  const adopt = (socket: Socket, other: Socket) => {
    sockets.add(socket)
    socket.on('data', (bytes: Buffer) => other.write(bytes))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      sockets.delete(socket)
      other.destroy()
    })
    if (frozen) socket.pause()
  }
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1')
    adopt(near, far)
    adopt(far, near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stage.atEnd(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    freeze: () => {
      frozen = true
      for (const socket of sockets) socket.pause()
    },
    thaw: () => {
      frozen = false
      for (const socket of sockets) socket.resume()
    },
  }
}
