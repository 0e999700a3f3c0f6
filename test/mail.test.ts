import { expect, it, onTestFinished } from 'vitest'
import { startSimulator } from '../simulator/src/simulator.ts'
import { selfSignedCertificate } from './support/certificate.ts'
import { contact, cookies, land, register } from './support/browse.ts'
import { run } from './support/command.ts'
import { environment } from './support/environment.ts'
import { freePort } from './support/free-port.ts'
import { account, startMailServer } from './support/mail-server.ts'
import { startService } from './support/service.ts'
import { addressOf, emptyDatabase, engines, rowsOf } from './support/stores.ts'

const credentials = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' }

/** The service as a process with mail, and a buyer who can register several times. */
async function startApp(env: Readonly<Record<string, string>>, engine: (typeof engines)[number] = 'sqlite') {
  const simulator = await startSimulator({ port: 0, landingUrl: 'http://localhost:3000/' })
  onTestFinished(() => simulator.close())
  const database = await emptyDatabase(engine)
  const variables = {
    ...credentials,
    AWS_ENDPOINT_URL_MARKETPLACE_METERING: simulator.url,
    AWS_ENDPOINT_URL_SESV2: simulator.url,
    PRODUCT_CODES: simulator.productCode,
    DATABASE_URL: addressOf(database),
    MAIL_FROM: 'no-reply@example.com',
    ...env,
  }
  const service = await startService(variables)
  const registered = async (fields = contact, language = 'en') => {
    const cookie = cookies(await land(service.url, simulator.issueToken('same-license').token))
    const answer = await register(service.url, cookie, fields).set('Accept-Language', language)
    expect(answer.status).toBe(303)
  }
  const inbox = async () => (await (await fetch(`${simulator.url}/inbox`)).json()) as Record<string, string>[]
  return { ...service, env: variables, inbox, registered, rows: (query: string) => rowsOf(database, query) }
}

it.each(engines)(
  'a registration sends mails to the buyer in the page’s language and to the seller, over TLS (%s)',
  async (engine) => {
    const certificate = selfSignedCertificate()
    const { port, mails } = await startMailServer({ certificate, secure: true })
    const { registered, rows, output } = await startApp(
      {
        MAIL_URL: `smtps://${account.user}:${encodeURIComponent(account.pass)}@localhost:${String(port)}`,
        NOTIFY_EMAIL: 'sales@example.com, ops@example.com',
        NODE_EXTRA_CA_CERTS: certificate.certFile,
      },
      engine,
    )
    await registered(contact, 'de-DE')
    await expect.poll(() => mails.length).toBe(3)
    const to = (address: string) => mails.find((mail) => mail.to.includes(address))
    expect(to(contact.email)).toMatchObject({
      ...{ from: 'no-reply@example.com', to: [contact.email], secure: true, user: account.user },
      headers: {
        to: contact.email,
        from: 'Example Corp <no-reply@example.com>',
        'reply-to': 'support@example.com',
        'auto-submitted': 'auto-generated',
        subject: expect.stringMatching(/^=\?UTF-8\?/) as string,
      },
      text: expect.stringMatching(/^Sie sind registriert/) as string,
      html: expect.stringMatching(/<html lang="de">/) as string,
    })
    expect(to(contact.email)?.text).not.toMatch(/Jane|Example Buyer|206/)
    for (const address of ['sales@example.com', 'ops@example.com'])
      expect(to(address)).toMatchObject({
        to: [address],
        headers: { subject: expect.stringMatching(/^New registration: Example Analytics, /) as string },
        text: expect.stringMatching(/Name: Jane Doe\r\nCompany: Example Buyer\r\nPhone: \+1 206 555 0100/) as string,
      })
    await expect
      .poll(() => rows('select body, recipient, last_error from deliveries where done_at is not null'), {
        timeout: 5_000,
      })
      .toEqual(Array(3).fill({ body: null, recipient: null, last_error: null }))
    expect(output()).not.toMatch(/jane|Jane|sales@|p@ss|p%40ss/)
  },
)

it('a change sends mails to the new and the previous address', async () => {
  const { port, mails } = await startMailServer()
  const { registered } = await startApp({ MAIL_URL: `smtp://localhost:${String(port)}` })
  await registered()
  await registered({ ...contact, email: 'new@example.com' })
  await expect.poll(() => mails.length).toBe(3)
  // All three may leave at the same moment.
  const changed = mails
    .filter(({ text }) => !text.startsWith('You are registered'))
    .sort((a, b) => String(a.to[0]).localeCompare(String(b.to[0])))
  expect(changed).toMatchObject([
    { to: [contact.email], text: expect.stringMatching(/^Your address was replaced/) as string },
    { to: ['new@example.com'], text: expect.stringMatching(/^Your contact details have changed/) as string },
  ])
  for (const { text, html } of changed) expect(text + html).not.toMatch(/new@|jane/i)
})

it('a mail server that is down does not affect a registration, and gets the mail once it is back', async () => {
  const port = await freePort()
  const { registered, rows, output } = await startApp({ MAIL_URL: `smtp://localhost:${String(port)}` })
  await registered()
  await expect
    .poll(() => rows('select attempts, last_error from deliveries'))
    .toEqual([{ attempts: 1, last_error: 'connection refused (ECONNREFUSED)' }])
  await expect.poll(output).toMatch(/"event":"delivery.failed".*"reason":"connection refused \(ECONNREFUSED\)"/)
  const { mails } = await startMailServer({}, port)
  await expect.poll(() => mails.length).toBe(1)
})

it('a registration does not wait for a hanging mail server', async () => {
  const { port, mails } = await startMailServer({ onConnect: () => undefined })
  const { registered, rows } = await startApp({ MAIL_URL: `smtp://localhost:${String(port)}` })
  const since = performance.now()
  await registered()
  expect(performance.now() - since).toBeLessThan(10_000)
  expect(await rows('select status from registrations')).toEqual([{ status: 'registered' }])
  expect(mails).toEqual([])
})

it.each(engines)(
  'one address gets at most three mails a day, and the seller is notified of all registrations (%s)',
  async (engine) => {
    const { port, mails } = await startMailServer()
    const env = { MAIL_URL: `smtp://localhost:${String(port)}`, NOTIFY_EMAIL: 'sales@example.com' }
    const { registered, rows } = await startApp(env, engine)
    for (const phone of ['111', '222', '333', '444', '555']) await registered({ ...contact, phone: `+1 206 ${phone}` })
    expect(await rows('select type from events')).toHaveLength(5)
    await expect.poll(() => mails.length).toBe(8)
    const count = (address: string) => mails.filter(({ to }) => to.includes(address)).length
    expect([count(contact.email), count('sales@example.com')]).toEqual([3, 5])
  },
)

it.each(engines)(
  'one registration sends at most six mails a day, and always one to a replaced address (%s)',
  async (engine) => {
    const { port, mails } = await startMailServer()
    const { registered, rows } = await startApp({ MAIL_URL: `smtp://localhost:${String(port)}` }, engine)
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await registered({ ...contact, email: `${name}@example.com` })
    expect(await rows('select type from events')).toHaveLength(6)
    await expect.poll(() => mails.length).toBe(8)
    const to = mails.map((mail) => mail.to.join()).sort()
    expect(to.filter((address) => address === 'e@example.com').length).toBeGreaterThan(0)
    expect(await rows('select id from deliveries')).toHaveLength(8)
  },
)

it('Amazon SES sends mails to buyer and seller and a test mail, and the service stops at once', async () => {
  const ses = { MAIL_URL: 'ses://eu-central-1', NOTIFY_EMAIL: 'sales@example.com' }
  const { registered, inbox, env, child, ended } = await startApp(ses)
  await registered()
  await expect.poll(inbox).toHaveLength(2)
  const to = async (address: string) => (await inbox()).filter((mail) => mail['to'] === address)
  expect(await to(contact.email)).toMatchObject([
    {
      from: 'Example Corp <no-reply@example.com>',
      subject: 'Your registration for Example Analytics',
      text: expect.stringMatching(/^You are registered/) as string,
      html: expect.stringContaining('You are registered') as string,
    },
  ])
  expect((await run('cli/deliveries/main.ts', ['--test'], environment(env))).code).toBe(0)
  await expect.poll(() => to('sales@example.com')).toHaveLength(2)
  expect((await to('sales@example.com')).map(({ subject }) => subject).sort()).toEqual([
    expect.stringMatching(/^New registration: Example Analytics, /),
    'Test: Example Analytics',
  ])
  child.kill('SIGINT')
  expect(await ended).toBe(0)
})
