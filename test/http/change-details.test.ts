import { describe, expect, it } from 'vitest'
import { testApp } from '../support/app.ts'
import { contact, cookies, land, open, register, sameOrigin } from '../support/browse.ts'
import { page } from '../support/page.ts'
import request from 'supertest'

const other = { email: 'new@example.com', name: 'New', company: 'Buyer', phone: '' }

describe('the visit that registered', () => {
  it('the session that registered sees its address unmasked and its values in the form', async () => {
    const { app } = await testApp()
    const cookie = cookies(await land(app))
    await register(app, cookie)
    expect((await open(app, '/registration/complete', cookie)).text).toContain(contact.email)
    const form = page((await open(app, '/registration', cookie)).text)
    expect(form.heading).toBe('Change your contact details')
    expect(form.fields('#registration-form')).toMatchObject(contact)
  })

  it('the page says that a change is saved, but not if the same form is submitted twice', async () => {
    const { app } = await testApp()
    const cookie = cookies(await land(app))
    const heading = async () => page((await open(app, '/registration/complete', cookie)).text).heading
    await register(app, cookie)
    await register(app, cookie)
    expect(await heading()).toBe('You are registered')
    await register(app, cookie, other)
    expect(await heading()).toBe('Saved')
    expect((await open(app, '/registration/complete', cookie)).text).toContain(other.email)
  })

  it('the log has no event for a form that is submitted again without a change', async () => {
    const { app, log } = await testApp()
    const cookie = cookies(await land(app))
    for (const fields of [contact, contact, other]) await register(app, cookie, fields)
    const sent = log.lines().filter(({ msg }) => /registered|contact details/.test(String(msg)))
    expect(sent.map(({ event, msg, emailChanged }) => [event, msg, emailChanged])).toEqual([
      ['registration.completed', 'registered', undefined],
      [undefined, 'contact details sent again', undefined],
      ['registration.changed', 'contact details changed', true],
    ])
  })
})

describe('a later visit', () => {
  it('a later session sees masked details and an empty form, in every language', async () => {
    const { app } = await testApp()
    await register(app, cookies(await land(app, 'first')))
    const cookie = cookies(await land(app, 'second'))
    const german = await request(app)
      .post('/language')
      .type('form')
      .set({ ...sameOrigin, Cookie: cookie })
      .send({ page: 'registration', language: 'de' })
    for (const { text } of [await open(app, '/registration', cookie), german]) {
      expect(text).toContain('j•••@example.com')
      expect(text).not.toMatch(/jane|Jane|Example Buyer|206 555/)
    }
    expect(page(german.text).heading).toBe('Kontaktdaten ändern')
    expect((await open(app, '/registration/complete', cookie)).text).not.toContain('jane')
  })

  it('a later session of the same browser sees masked details', async () => {
    const { app } = await testApp()
    const first = cookies(await land(app, 'first'))
    await register(app, first)
    const again = await land(app, 'second').set('Cookie', first)
    expect((await open(app, '/registration/complete', cookies(again))).text).toContain('j•••@example.com')
  })
})

describe('a session whose details another session replaced', () => {
  it('a session whose details were replaced sees the new ones masked on every page', async () => {
    const { app } = await testApp()
    const first = cookies(await land(app, 'first'))
    await register(app, first)
    const second = cookies(await land(app, 'second'))
    await register(app, second, other)
    const pages = async (cookie: string) => [
      await open(app, '/registration', cookie),
      await open(app, '/registration/complete', cookie),
      await request(app)
        .post('/language')
        .type('form')
        .set({ ...sameOrigin, Cookie: cookie })
        .send({ page: 'registration', language: 'de' }),
      await register(app, cookie, { ...contact, email: 'wrong' }),
    ]
    for (const { text } of await pages(first)) {
      expect(text).toContain('n•••@example.com')
      expect(text).not.toContain('new@example.com')
    }
    for (const { text } of (await pages(second)).slice(0, 3)) expect(text).toContain('new@example.com')
  })

  it('a session sees its own details unmasked once they are stored again', async () => {
    const { app } = await testApp()
    const first = cookies(await land(app, 'first'))
    await register(app, first)
    const second = cookies(await land(app, 'second'))
    await register(app, second, other)
    await register(app, second)
    expect((await open(app, '/registration/complete', first)).text).toContain(contact.email)
  })
})

describe('changes of one registration', () => {
  it('more than ten changes of a registration a day fail, even without a rate limit', async () => {
    let now = new Date('2026-11-01T10:00:00Z')
    const { app, rows, log } = await testApp({
      now: () => now,
      env: { RATE_LIMIT_PER_MINUTE: '0', SESSION_MINUTES: '720' },
    })
    const cookie = cookies(await land(app))
    const change = (n: number) => register(app, cookie, { ...contact, name: `Jane ${String(n)}` })
    await change(0)
    for (let n = 1; n <= 10; n += 1) expect((await change(n)).status).toBe(303)
    now = new Date('2026-11-01T12:00:00Z')
    const refused = await change(11)
    expect([refused.status, page(refused.text).name, refused.headers['retry-after']]).toEqual([
      429,
      'too-many-requests',
      String(22 * 3600),
    ])
    expect(page(refused.text).text).toContain('You can try again in 22 hours.')
    expect(log.events('registration.refused')).toMatchObject([{ code: 'too-many-requests', changes: 10 }])
    expect((await change(10)).status).toBe(303)
    expect(rows()).toMatchObject([{ name: 'Jane 10' }])
    expect(rows("select * from events where type = 'registration.changed'")).toHaveLength(10)
    now = new Date('2026-11-02T10:00:00Z')
    const later = cookies(await land(app))
    expect((await register(app, later, { ...contact, name: 'Jane 11' })).status).toBe(303)
  })
})

describe('the promised hour', () => {
  it('the promised time is shown until it has passed', async () => {
    let now = new Date('2026-11-01T10:20:00Z')
    const { app } = await testApp({ now: () => now, env: { ACCESS_WITHIN_HOURS: '1', SESSION_MINUTES: '120' } })
    const cookie = cookies(await land(app))
    await register(app, cookie)
    const text = async () => page((await open(app, '/registration/complete', cookie)).text).text
    expect(await text()).toContain('By November 1, 2026 at 12:00 PM UTC, Example Corp will send')
    now = new Date('2026-11-01T12:00:00Z')
    expect(await text()).not.toContain('will send an email')
    expect(await text()).toContain('by November 1, 2026 at 12:00 PM UTC. This time has passed.')
  })
})
