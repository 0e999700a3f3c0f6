import dns from 'node:dns'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { spawn } from 'node:child_process'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createDispatcher } from '../src/outgoing.ts'
import { startProxy } from './support/proxy.ts'

/** A server that answers every request with these bytes, and its port. */
async function answeringWith(bytes: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.end(bytes))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

async function get(origin: string) {
  const dispatcher = createDispatcher({ maxSockets: 1, waitMs: 5_000 })
  onTestFinished(() => dispatcher.destroy())
  const { statusCode, headers, body } = await dispatcher.request({ origin, path: '/', method: 'GET' })
  return { statusCode, headers, text: await body.text() }
}

const proceed = 'HTTP/1.1 100 Continue\r\n\r\n'
const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'

it.each([
  ['once', proceed + answer],
  ['twice', proceed + proceed + answer],
  ['with a header', `HTTP/1.1 100\r\nServer: x\r\n\r\n${answer}`],
  ['and after that Early Hints', `${proceed}HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${answer}`],
])('a response may begin with 100 Continue %s', async (_, bytes) => {
  const port = await answeringWith(bytes)
  expect(await get(`http://127.0.0.1:${String(port)}`)).toMatchObject({ statusCode: 200, text: 'hi' })
  const proxy = await startProxy(() => port)
  vi.stubEnv('HTTP_PROXY', proxy.url)
  onTestFinished(() => void vi.unstubAllEnvs())
  expect(await get('http://receiver.example')).toMatchObject({ statusCode: 200, text: 'hi' })
  expect(proxy.asked).toEqual(['receiver.example:80'])
})

it('an empty proxy variable in lower case counts as not set', async () => {
  const port = await answeringWith(answer)
  const proxy = await startProxy(() => port)
  onTestFinished(() => void vi.unstubAllEnvs())
  for (const name of ['http_proxy', 'no_proxy']) vi.stubEnv(name, '')
  vi.stubEnv('HTTP_PROXY', proxy.url)
  expect(await get('http://receiver.example')).toMatchObject({ statusCode: 200 })
  expect(proxy.asked).toEqual(['receiver.example:80'])
  vi.stubEnv('NO_PROXY', '127.0.0.1')
  expect(await get(`http://127.0.0.1:${String(port)}`)).toMatchObject({ statusCode: 200 })
  expect(proxy.asked).toHaveLength(1)
})

it('response headers of 60 KiB are accepted, and of 70 KiB are not', async () => {
  const withHeader = (kibibytes: number) =>
    answeringWith(`HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(kibibytes * 1024)}\r\nContent-Length: 0\r\n\r\n`)
  expect((await get(`http://127.0.0.1:${String(await withHeader(60))}`)).headers['x-long']).toHaveLength(61_440)
  await expect(get(`http://127.0.0.1:${String(await withHeader(70))}`)).rejects.toMatchObject({
    code: 'UND_ERR_HEADERS_OVERFLOW',
  })
})

it('an address that connects in half a second is used before the next one is tried', async () => {
  // The accept queue of this stopped process is full, so the kernel connects only after it runs again.
  const listening = `require('net').createServer((socket) => socket.once('data', () => socket.end(${JSON.stringify(answer)})))
    .listen({ port: 0, host: '127.0.0.2', backlog: 1 }, function () { console.log(this.address().port) })`
  const child = spawn(process.execPath, ['-e', listening], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(line.toString())
  child.kill('SIGSTOP')
  for (let waiting = 0; waiting < 2; waiting += 1) {
    const socket = connect(port, '127.0.0.2').on('error', () => undefined)
    onTestFinished(() => void socket.destroy())
    await once(socket, 'connect')
  }
  const addresses = [
    { address: '127.0.0.2', family: 4 },
    { address: '127.0.0.1', family: 4 },
  ]
  const lookup = vi.spyOn(dns, 'lookup')
  lookup.mockImplementation(((_host: string, _options: object, done: (error: null, found: unknown) => void) => {
    done(null, addresses)
  }) as never)
  onTestFinished(() => {
    lookup.mockRestore()
  })
  setTimeout(() => child.kill('SIGCONT'), 500)
  expect(await get(`http://two-addresses.example:${String(port)}`)).toMatchObject({ text: 'hi' })
})
