import { describe, expect, it } from 'vitest'
import { testApp } from './support/app.ts'
import { contact, cookies, land, open, register, sameOrigin } from './support/browse.ts'
import { page } from './support/page.ts'
import request from 'supertest'

const other = { email: 'new@example.com', name: 'New', company: 'Buyer', phone: '' }

describe('the visit that registered', () => {
  it('sees its own address whole, and finds what it typed in the form', async () => {
    const { app } = await testApp()
    const cookie = cookies(await land(app))
    await register(app, cookie)
    expect((await open(app, '/registration/complete', cookie)).text).toContain(contact.email)
    const form = page((await open(app, '/registration', cookie)).text)
    expect(form.heading).toBe('Change your contact details')
    expect(form.fields('#registration-form')).toMatchObject(contact)
  })

  it('is told that a change is saved, but not for sending the same form twice', async () => {
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
})

describe('a later visit', () => {
  it('sees only masked details and an empty form, in every language', async () => {
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

  it('of the browser that registered counts as another', async () => {
    const { app } = await testApp()
    const first = cookies(await land(app, 'first'))
    await register(app, first)
    const again = await land(app, 'second').set('Cookie', first)
    expect((await open(app, '/registration/complete', cookies(again))).text).toContain('j•••@example.com')
  })
})

describe('the promised hour', () => {
  it('is promised until it has come', async () => {
    let now = new Date('2026-11-01T10:20:00Z')
    const { app } = await testApp({ now: () => now, env: { ACCESS_WITHIN_HOURS: '1', SESSION_MINUTES: '120' } })
    const cookie = cookies(await land(app))
    await register(app, cookie)
    const text = async () => page((await open(app, '/registration/complete', cookie)).text).text
    expect(await text()).toContain('By November 1, 2026 at 12:00 PM UTC, you will receive')
    now = new Date('2026-11-01T12:00:00Z')
    expect(await text()).not.toMatch(/12:00|you will receive/)
    expect(await text()).toContain('Your access should be ready.')
  })
})
