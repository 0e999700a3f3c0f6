import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import tls from 'node:tls'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createMail } from '../../src/delivery/mail.ts'
import type { Smtp } from '../../src/delivery/smtp.ts'
import { selfSignedCertificate, type Certificate } from '../support/certificate.ts'
import { delivery } from '../support/deliveries.ts'
import { freePort } from '../support/free-port.ts'
import { account, startMailServer } from '../support/mail-server.ts'

const smtp = (port: number, overrides: Partial<Smtp> = {}): Smtp => ({
  ...{ kind: 'smtp', host: 'localhost', port, tls: 'optional', auth: null, name: 'register.example.com' },
  ...overrides,
})

/** A mail server that accepts every sender and rejects every recipient with this reply. Returns its port. */
async function refusingRecipients(reply: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).write('220 ready\r\n')
    socket.on('data', (command: Buffer) => {
      socket.write(command.toString().startsWith('RCPT') ? `${reply}\r\n` : '250 OK\r\n')
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

describe('the envelope', () => {
  it('a mail has one recipient, and headers for sender, replies and automatic mail', async () => {
    const { port, mails } = await startMailServer()
    expect(await createMail(smtp(port))(delivery())).toEqual({ outcome: 'sent' })
    expect(mails).toMatchObject([{ from: 'no-reply@example.com', to: ['jane@example.com'], text: 'Hello\r\n' }])
    expect(mails[0]?.headers).toMatchObject({
      to: 'jane@example.com',
      'reply-to': 'support@example.com',
      'auto-submitted': 'auto-generated',
      'message-id': '<0b54a1c2-0000-4000-8000-000000000001@example.com>',
      from: expect.stringMatching(/^=\?UTF-8\?.*\?= <no-reply@example\.com>$/) as string,
    })
  })

  it.each([
    ['a line break', 'jane@example.com\r\nBcc: victim@example.com'],
    ['a line break in front', '\r\njane@example.com'],
    ['a line feed', 'jane@example.com\nvictim@example.com'],
    ['an SMTP command', 'jane@example.com>\r\nRCPT TO:<victim@example.com'],
    ['a comma', 'jane@example.com,victim@example.com'],
    ['a semicolon', 'jane@example.com;victim@example.com'],
    ['a group', 'friends:jane@example.com,victim@example.com;'],
    ['a display name', 'Jane <victim@example.com>'],
    ['a quoted name', '"jane@example.com" <victim@example.com>'],
    ['a quoted part', '"victim@example.com,"@example.com'],
    ['a comment', 'jane(victim@example.com)@example.com'],
    ['two at signs', 'jane@example.com@victim.example'],
    ['a space', 'jane@example.com victim@example.com'],
    ['a NUL', 'jane\0@example.com'],
    ['nothing', ''],
    ['no value', null],
  ])('rejects an address with %s and sends no mail', async (_, recipient) => {
    const { port, mails } = await startMailServer()
    const attempt = await createMail(smtp(port))(delivery({ recipient }))
    expect(attempt).toEqual({ outcome: 'refused', reason: 'not one mail address' })
    expect(mails).toEqual([])
  })

  it.each(['jane+tag@example.com', "o'brien@sub.example.com", 'a.b-c_d@example.museum'])(
    'sends to the address %s unchanged',
    async (recipient) => {
      const { port, mails } = await startMailServer()
      expect(await createMail(smtp(port))(delivery({ recipient }))).toEqual({ outcome: 'sent' })
      expect(mails.map(({ to }) => to)).toEqual([[recipient]])
    },
  )

  it('sends internationalized domains in ASCII to every server', async () => {
    const { port, mails } = await startMailServer({ hideSMTPUTF8: true })
    expect(await createMail(smtp(port))(delivery({ recipient: 'jane@bücher.example' }))).toEqual({ outcome: 'sent' })
    // The server translates the domain in the envelope back.
    expect(mails).toMatchObject([
      { to: ['jane@bücher.example'], headers: { to: 'jane@xn--bcher-kva.example' }, smtpUtf8: false },
    ])
  })

  it('rejects an internationalized local part that the server does not support', async () => {
    const { port, mails } = await startMailServer({ hideSMTPUTF8: true })
    const send = createMail(smtp(port))
    expect(await send(delivery({ recipient: 'jürgen@example.com' }))).toEqual({
      ...{ outcome: 'refused', reason: 'mailbox not ASCII, no SMTPUTF8' },
    })
    expect(mails).toEqual([])
  })

  it('sends internationalized local parts to a server that supports them', async () => {
    const { port, mails } = await startMailServer()
    expect(await createMail(smtp(port))(delivery({ recipient: 'jürgen@example.com' }))).toEqual({ outcome: 'sent' })
    expect(mails).toMatchObject([{ to: ['jürgen@example.com'], smtpUtf8: true }])
  })
})

describe('the connection', () => {
  let certificate: Certificate
  beforeAll(() => {
    certificate = selfSignedCertificate()
  })
  const trusted = () => {
    const before = tls.getCACertificates('default')
    tls.setDefaultCACertificates([...before, certificate.cert])
    onTestFinished(() => {
      tls.setDefaultCACertificates(before)
    })
  }

  it('an smtps connection uses TLS from the start and sends the password', async () => {
    trusted()
    const { port, mails } = await startMailServer({ certificate, secure: true })
    const send = createMail(smtp(port, { tls: 'from-start', auth: account }))
    expect(await send(delivery())).toEqual({ outcome: 'sent' })
    expect(mails).toMatchObject([{ secure: true, user: 'landing' }])
  })

  it('tls=none uses no TLS even if the server offers it', async () => {
    const { port, mails } = await startMailServer({ certificate, authOptional: true })
    expect(await createMail(smtp(port, { tls: 'none' }))(delivery())).toEqual({ outcome: 'sent' })
    expect(mails).toMatchObject([{ secure: false }])
  })

  it('an SMTP connection begins with the name of the app', async () => {
    const { port, mails } = await startMailServer()
    await createMail(smtp(port))(delivery())
    expect(mails).toMatchObject([{ greeting: 'register.example.com' }])
  })

  it('STARTTLS is used before the password is sent', async () => {
    trusted()
    const { port, mails } = await startMailServer({ certificate })
    const send = createMail(smtp(port, { tls: 'required', auth: account }))
    expect(await send(delivery())).toEqual({ outcome: 'sent' })
    expect(mails).toMatchObject([{ secure: true, user: 'landing' }])
  })

  it('sends nothing to a server without the required STARTTLS', async () => {
    const { port, mails } = await startMailServer()
    const attempt = await createMail(smtp(port, { tls: 'required' }))(delivery())
    expect(attempt).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/^(TLS failed \(ETLS\)|SMTP 5\d\d after STARTTLS)$/) as string,
    })
    expect(mails).toEqual([])
  })

  it.each(['from-start', 'required'] as const)('rejects a self-signed certificate (%s)', async (mode) => {
    const { port, mails } = await startMailServer({ certificate, secure: mode === 'from-start' })
    const attempt = await createMail(smtp(port, { tls: mode, auth: account }))(delivery())
    expect(attempt).toEqual({
      outcome: 'failed',
      reason: 'certificate not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)',
      retryAfterMs: null,
    })
    expect(mails).toEqual([])
  })

  it('accepts a self-signed certificate on this machine', async () => {
    const { port, mails } = await startMailServer({ certificate })
    expect(await createMail(smtp(port, { auth: account }))(delivery())).toEqual({ outcome: 'sent' })
    expect(mails).toMatchObject([{ secure: true }])
  })
})

describe('a failure', () => {
  it.each<[string, 'refused' | 'failed', string]>([
    ['550 5.1.1', 'refused', 'SMTP 550 5.1.1 after RCPT TO'],
    ['553 5.1.3', 'refused', 'SMTP 553 5.1.3 after RCPT TO'],
    ['550', 'refused', 'SMTP 550 after RCPT TO'],
    ['550 5.7.1', 'failed', 'SMTP 550 5.7.1 after RCPT TO'],
    ['552 5.2.2', 'failed', 'SMTP 552 5.2.2 after RCPT TO'],
    ['554 5.7.606', 'failed', 'SMTP 554 5.7.606 after RCPT TO'],
    ['552', 'failed', 'SMTP 552 after RCPT TO'],
    ['450 4.2.1', 'failed', 'SMTP 450 4.2.1 after RCPT TO'],
    ['451 5.1.1', 'failed', 'SMTP 451 5.1.1 after RCPT TO'],
  ])('a rejected recipient with %s is %s', async (reply, outcome, reason) => {
    const attempt = await createMail(smtp(await refusingRecipients(`${reply} no jane@example.com here`)))(delivery())
    expect(attempt).toMatchObject({ outcome, reason })
  })

  it('a rejected recipient with several reply lines keeps the enhanced code', async () => {
    const port = await refusingRecipients('550-5.7.1 Blocked.\r\n550 5.7.1 See https://example.com/jane@example.com')
    expect(await createMail(smtp(port))(delivery())).toMatchObject({
      ...{ outcome: 'failed', reason: 'SMTP 550 5.7.1 after RCPT TO' },
    })
  })

  it('a rejected sender is retried', async () => {
    const { port } = await startMailServer({
      onMailFrom: (_a, _s, callback) => {
        callback(Object.assign(new Error('not as jane@example.com'), { responseCode: 553 }))
      },
    })
    expect(await createMail(smtp(port))(delivery())).toMatchObject({
      ...{ outcome: 'failed', reason: 'SMTP 553 after MAIL FROM' },
    })
  })

  it('a rejected password is reported without the password', async () => {
    const { port } = await startMailServer({ allowInsecureAuth: true, authOptional: false })
    const auth = { ...account, pass: 'wrong-secret' }
    expect(await createMail(smtp(port, { auth }))(delivery())).toEqual({
      ...{ outcome: 'failed', reason: 'SMTP 535 after AUTH PLAIN', retryAfterMs: null },
    })
  })

  it.each([
    [
      'a port that nobody listens on',
      async () => ({ port: await freePort() }),
      /^connection refused \(ECONNREFUSED\)$/,
    ],
    [
      'a name that nobody has',
      () => Promise.resolve({ host: 'mail.invalid', port: 25 }),
      /^host not found \((ENOTFOUND|EAI_AGAIN|EDNS)\)$/,
    ],
  ])('a failed mail has a reason for %s', async (_, where, reason) => {
    const attempt = await createMail(smtp(0, await where()))(delivery())
    expect(attempt).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(reason) as string })
  })

  it('a mail server that responds slowly is given up after 15 seconds in all', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.write('220 ready\r\n')
      const drip = setInterval(() => socket.write('250-wait\r\n'), 500)
      socket.on('close', () => {
        clearInterval(drip)
      })
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void server.close())
    const attempt = await createMail(smtp((server.address() as AddressInfo).port))(delivery())
    expect(attempt).toEqual({ outcome: 'failed', reason: 'no answer in time', retryAfterMs: null })
  })

  it('an endless response of a mail server is aborted early', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      const flood = setInterval(() => socket.write('2'.repeat(64 * 1024)), 5)
      socket.on('close', () => {
        clearInterval(flood)
      })
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void server.close())
    const attempt = await createMail(smtp((server.address() as AddressInfo).port))(delivery())
    expect(attempt).toMatchObject({ outcome: 'failed', reason: 'unreadable answer (EPROTOCOL)' })
  })

  it.each(['', '{}', '{"subject":'])('an unreadable stored mail %j fails', async (broken) => {
    const { port, mails } = await startMailServer()
    expect(await createMail(smtp(port))(delivery({ body: broken }))).toMatchObject({ outcome: 'failed' })
    expect(mails).toEqual([])
  })
})
