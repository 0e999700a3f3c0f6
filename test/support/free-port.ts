import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the ports that Linux gives to outgoing connections, and above those that browsers refuse. */
const [lowest, highest] = [11_000, 31_999]
let next = lowest + Math.floor(Math.random() * (highest - lowest))

/** A port of the loopback interface on which nothing listens. A process gets each port only once. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next
    next = port === highest ? lowest : port + 1
    if (await isFree(port)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}
