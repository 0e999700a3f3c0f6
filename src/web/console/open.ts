import type { Request, RequestHandler } from 'express'
import { isLoopback } from '../../domain/loopback.ts'
import { sendConsolePage } from './page.ts'
import { setUser } from './user.ts'

/**
 * Admits everybody on this machine. Checks the `Host`, because another site's name can resolve to this machine, and the forwarded
 * hosts and addresses, because a tunnel on this machine forwards requests from elsewhere.
 */
export const requireThisMachine: RequestHandler = (req, res, next) => {
  if (isFromThisMachine(req)) {
    setUser(res, { actor: 'console', canSignOut: false })
    next()
    return
  }
  req.log.warn({ event: 'console.refused', reason: 'not-this-machine', hint }, 'console refused')
  sendConsolePage(res, {
    name: 'console-refused',
    status: 403,
    template: 'message',
    model: { title: 'Only on this machine', text: [explanation, 'See docs/console.md, “Sign-in”.'] },
  })
}

const hint = 'CONSOLE_OPEN is for trying the console on your own machine. To use it from elsewhere, set up sign-in.'
const explanation =
  'The console is open without sign-in. It therefore answers only to requests from the machine that it runs on, to the address localhost or 127.0.0.1.'

function isFromThisMachine(req: Request): boolean {
  const hosts = [req.get('Host') ?? '', ...listed(req.get('X-Forwarded-Host'))]
  const peers = [req.socket.remoteAddress ?? '', ...listed(req.get('X-Forwarded-For'))]
  return hosts.every(isLoopbackHost) && req.get('Forwarded') === undefined && peers.every(isLoopbackAddress)
}

function listed(header = ''): readonly string[] {
  return header
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '')
}

function isLoopbackHost(host: string): boolean {
  return isLoopback(URL.parse(`http://${host}`)?.hostname ?? '')
}

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || isLoopback(address.replace(/^::ffff:/, ''))
}
