import type { ServerResponse } from 'node:http'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createSes } from '../../src/aws/ses.ts'
import { createMail } from '../../src/delivery/mail.ts'
import { delivery } from '../support/deliveries.ts'
import { freePort } from '../support/free-port.ts'
import { parsed } from '../support/mail-server.ts'
import { startSes } from '../support/ses.ts'

const credentials = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' }

function createMailAt(url: string, deadlineMs = 15_000) {
  for (const [name, value] of Object.entries({ ...credentials, AWS_ENDPOINT_URL_SESV2: url })) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
  return createMail(createSes({ region: 'eu-central-1', deadlineMs }))
}

const fails = (status: number, type: string) => (response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type })
  response.end(JSON.stringify({ message: 'Email address is not verified: jane@example.com' }))
}

it('sends through Amazon SES to one address, signed for the Region of the URL with the app’s own credentials', async () => {
  const { asked, url } = await startSes((response) => response.end(JSON.stringify({ MessageId: 'ses-1' })))
  expect(await createMailAt(url)(delivery())).toEqual({ outcome: 'sent' })
  const [call] = asked
  expect(call).toMatchObject({
    path: 'POST /v2/email/outbound-emails',
    authorization: expect.stringMatching(/Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/ses\/aws4_request/) as string,
    body: {
      FromEmailAddress: expect.stringMatching(/<no-reply@example\.com>$/) as string,
      Destination: { ToAddresses: ['jane@example.com'] },
    },
  })
  const mail = parsed(Buffer.from(call?.body.Content.Raw.Data ?? '', 'base64').toString())
  expect(mail).toMatchObject({
    headers: { to: 'jane@example.com', 'reply-to': 'support@example.com', 'auto-submitted': 'auto-generated' },
    text: 'Hello\r\n',
    html: '<p>Hello</p>\r\n',
  })
})

it.each([
  [400, 'MessageRejected'],
  [429, 'TooManyRequestsException'],
  [403, 'AccessDeniedException'],
])('makes one attempt and reports the SES error of status %i without the address', async (status, type) => {
  const { asked, url } = await startSes(fails(status, type))
  expect(await createMailAt(url)(delivery())).toEqual({ outcome: 'failed', reason: `SES ${type}`, retryAfterMs: null })
  expect(asked).toHaveLength(1)
})

it('rejects a non-ASCII mailbox without calling SES', async () => {
  const { asked, url } = await startSes((response) => response.end(JSON.stringify({ MessageId: 'ses-1' })))
  const send = createMailAt(url)
  expect(await send(delivery({ recipient: 'jürgen@example.com' }))).toEqual({
    ...{ outcome: 'refused', reason: 'mailbox not ASCII, no SMTPUTF8' },
  })
  expect(asked).toEqual([])
  expect(await send(delivery({ recipient: 'jane@bücher.example' }))).toEqual({ outcome: 'sent' })
  expect(asked[0]?.body.Destination.ToAddresses).toEqual(['jane@xn--bcher-kva.example'])
})

it('reports a reason if SES is unreachable', async () => {
  const send = createMailAt(`http://127.0.0.1:${String(await freePort())}`)
  expect(await send(delivery())).toEqual({
    outcome: 'failed',
    reason: 'connection refused (ECONNREFUSED)',
    retryAfterMs: null,
  })
})

it('stops waiting for SES at the deadline', async () => {
  const { url } = await startSes(() => undefined)
  expect(await createMailAt(url, 300)(delivery())).toEqual({
    ...{ outcome: 'failed', reason: 'no answer in time', retryAfterMs: null },
  })
})

it('stops reading an endless response of SES', async () => {
  const { url } = await startSes((response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const flood = setInterval(() => response.write(' '.repeat(32 * 1024)), 5)
    response.on('close', () => {
      clearInterval(flood)
    })
  })
  const since = performance.now()
  expect(await createMailAt(url)(delivery())).toMatchObject({ outcome: 'failed' })
  expect(performance.now() - since).toBeLessThan(10_000)
})
