import { GetAccountCommand, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2'
import { describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { clientsOf, requestId } from './clients.ts'
import { aSimulator, rejection } from './support.ts'

type Mail = {
  receivedAt: string
  from: string
  to: string
  subject: string
  text: string | null
  html: string | null
  headers: Record<string, string>
  recipients: string[]
}

async function inbox({ url }: Simulator): Promise<readonly Mail[]> {
  return (await (await fetch(`${url}/inbox`)).json()) as Mail[]
}

async function sendRaw(lines: readonly string[], more: Partial<SendEmailCommandInput> = {}) {
  const simulator = await aSimulator()
  const { ses } = clientsOf(simulator)
  const Data = Buffer.from(lines.join('\r\n'), 'latin1')
  await ses.send(new SendEmailCommand({ Content: { Raw: { Data } }, ...more }))
  const [mail] = await inbox(simulator)
  return mail
}

const from = 'From: Example Corp <sender@example.com>'
const to = 'To: jane@example.com'

describe('SendEmail, seen through the SDK', () => {
  it('SendEmail puts a simple mail into the inbox', async () => {
    const simulator = await aSimulator()
    const { ses } = clientsOf(simulator)
    const answer = await ses.send(
      new SendEmailCommand({
        FromEmailAddress: 'Example Corp <sender@example.com>',
        Destination: { ToAddresses: ['jane@example.com'] },
        ReplyToAddresses: ['support@example.com'],
        Content: {
          Simple: {
            Subject: { Data: 'Grüße' },
            Body: { Text: { Data: 'plain' }, Html: { Data: '<p>rich</p>' } },
            Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
          },
        },
      }),
    )
    expect(answer.MessageId).toMatch(/^0100/)
    expect(answer.$metadata.requestId).toMatch(requestId)
    const [mail, ...others] = await inbox(simulator)
    expect(others).toEqual([])
    expect(mail).toEqual({
      receivedAt: expect.stringMatching(/^\d{4}-.*Z$/) as never,
      from: 'Example Corp <sender@example.com>',
      to: 'jane@example.com',
      subject: 'Grüße',
      text: 'plain',
      html: '<p>rich</p>',
      headers: { 'reply-to': 'support@example.com', 'auto-submitted': 'auto-generated' },
      recipients: ['jane@example.com'],
    })
  })

  it('SendEmail reads a raw mail with encoded subject, quoted-printable text, base64 HTML and an attachment', async () => {
    const mail = await sendRaw(
      [
        from,
        to,
        'Subject: =?UTF-8?B?R3LDvMOf?=',
        ' =?UTF-8?Q?e_aus_K=C3=B6ln?=',
        'MIME-Version: 1.0',
        'Content-Type: multipart/mixed; boundary="outer"',
        '',
        'a preamble',
        '--outer',
        'Content-Type: multipart/alternative; boundary=inner',
        '',
        '--inner',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        'Sch=C3=B6ne =',
        'Gr=C3=BC=C3=9Fe',
        '--inner',
        'Content-Type: text/html; charset="iso-8859-1"',
        'Content-Transfer-Encoding: base64',
        '',
        Buffer.from('<p>Größe</p>', 'latin1').toString('base64'),
        '--inner--',
        '--outer',
        'Content-Type: text/plain; name=notes.txt',
        'Content-Disposition: attachment; filename=notes.txt',
        '',
        'not this',
        '--outer--',
      ],
      { Destination: { ToAddresses: ['jane@example.com'] } },
    )
    expect(mail).toMatchObject({
      from: 'Example Corp <sender@example.com>',
      to: 'jane@example.com',
      subject: 'Grüße aus Köln',
      text: 'Schöne Grüße',
      html: '<p>Größe</p>',
      recipients: ['jane@example.com'],
    })
  })

  it.each([
    ['Shift_JIS', Buffer.from([0x93, 0xfa, 0x96, 0x7b]), '日本'],
    ['gb18030', Buffer.from([0xd6, 0xd0]), '中'],
    ['utf-8', Buffer.from('한국'), '한국'],
    ['no-such-charset', Buffer.from('ü'), 'ü'],
  ])('SendEmail reads the charset %s', async (charset, bytes, text) => {
    const head = [from, to, `Content-Type: text/plain; charset=${charset}`, 'Content-Transfer-Encoding: 8bit']
    const mail = await sendRaw([...head, '', bytes.toString('latin1')])
    expect(mail?.text).toBe(text)
    expect(mail?.html).toBeNull()
  })

  it('SendEmail joins a character that is split between two encoded words, and keeps plain words', async () => {
    const words = ['Subject: Re: =?utf-8?B?w7=', '?= =?utf-8?Q?x?=']
    expect((await sendRaw([from, to, words.join(''), '', 'x']))?.subject).toContain('Re: ')
    const cut = await sendRaw([from, to, 'Subject: =?utf-8?Q?K=C3?= =?utf-8?Q?=B6ln?= today', '', 'x'])
    expect(cut?.subject).toBe('Köln today')
  })

  it('SendEmail takes the recipients from the mail without a destination', async () => {
    const mail = await sendRaw([from, 'To: Jane <jane@example.com>', 'Cc: joe@example.com', '', 'x'])
    expect(mail?.recipients).toEqual(['jane@example.com', 'joe@example.com'])
  })

  it.each<[string, string, SendEmailCommandInput]>([
    [
      'a sender who is not verified',
      'MessageRejected',
      {
        FromEmailAddress: 'not-verified@example.com',
        Destination: { ToAddresses: ['a@example.com'] },
        Content: { Simple: { Subject: { Data: 's' }, Body: {} } },
      },
    ],
    [
      'a mail to nobody',
      'BadRequestException',
      { FromEmailAddress: 'a@example.com', Content: { Simple: { Subject: { Data: 's' }, Body: {} } } },
    ],
    [
      'a local part that is not ASCII',
      'BadRequestException',
      {
        FromEmailAddress: 'a@example.com',
        Destination: { ToAddresses: ['jürgen@example.com'] },
        Content: { Simple: { Subject: { Data: 's' }, Body: {} } },
      },
    ],
    [
      'a local part that is not ASCII in the header of a raw mail',
      'BadRequestException',
      { Content: { Raw: { Data: Buffer.from('From: a@example.com\r\nTo: "J" <jürgen@example.com>\r\n\r\nx') } } },
    ],
    [
      'a domain that is not ASCII',
      'BadRequestException',
      {
        FromEmailAddress: 'a@example.com',
        Destination: { ToAddresses: ['jane@müller.example'] },
        Content: { Simple: { Subject: { Data: 's' }, Body: {} } },
      },
    ],
    ['a template', 'BadRequestException', { FromEmailAddress: 'a@example.com', Content: { Template: {} } }],
  ])('SendEmail refuses %s with %s', async (_, name, input) => {
    const simulator = await aSimulator()
    const error = await rejection(clientsOf(simulator).ses.send(new SendEmailCommand(input)))
    expect(error.name).toBe(name)
    expect(error['$metadata']).toMatchObject({
      httpStatusCode: 400,
      requestId: expect.stringMatching(requestId) as never,
    })
    expect(await inbox(simulator)).toEqual([])
  })

  it('GetAccount reports that sending is enabled', async () => {
    const answer = await clientsOf(await aSimulator()).ses.send(new GetAccountCommand({}))
    expect(answer).toMatchObject({ SendingEnabled: true, ProductionAccessEnabled: true })
  })
})
