import request from 'supertest'
import { expect, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { testApp, type Overrides } from '../support/app.ts'
import { contact, cookies, land, open, register, sameOrigin } from '../support/browse.ts'
import { page } from '../support/page.ts'

const lost = ['What you entered in the form was not saved.', 'After that, fill in the form again.']
const kept = 'This page keeps what you entered, so you do not have to fill in the form again.'

/** Whether the page says that the form is lost or kept. */
function said(html: string): readonly string[] {
  const { text } = page(html)
  return [
    ...(lost.every((sentence) => text.includes(sentence)) ? ['lost'] : []),
    ...(text.includes(kept) ? ['kept'] : []),
  ]
}

/** The app with the cookie of a buyer who has landed. */
async function landedApp(overrides: Overrides = {}) {
  const app = await testApp(overrides)
  return { ...app, cookie: cookies(await land(app.app)) }
}

it.each([
  ['internal', new Error('broken')],
  ['store-unavailable', new AppError('store-unavailable')],
  ['service-busy', new AppError('service-busy')],
  ['too-many-requests', new AppError('too-many-requests')],
])('the page %s after the form keeps the form, and its Try again button saves it', async (code, error) => {
  let down = true
  const { app, cookie, rows } = await landedApp({
    breakStore: (real) => ({ complete: (...form) => (down ? Promise.reject(error) : real.complete(...form)) }),
  })
  const { text } = await register(app, cookie)
  expect([page(text).name, said(text)]).toEqual([code, ['kept']])
  down = false
  expect((await register(app, cookie, page(text).fields('#retry-form'))).status).toBe(303)
  expect(rows()).toMatchObject([{ status: 'registered', ...contact }])
})

it('a failure page without the typed values says that the form is lost', async () => {
  const { app, cookie } = await landedApp()
  const post = () => request(app).post('/registration').set('Cookie', cookie)
  const answers = [
    await post().set(sameOrigin).field('email', contact.email),
    await post().set('Sec-Fetch-Site', 'same-site').type('form').send(contact),
    await register(app, ''),
  ]
  expect(answers.map(({ text }) => [page(text).name, said(text)])).toEqual([
    ['request-unreadable', ['lost']],
    ['form-forged', ['lost']],
    ['session-expired', ['lost']],
  ])
})

it('the page form-outdated says in its own words that nothing was saved', async () => {
  const { app, cookie } = await landedApp()
  const { text } = await register(app, cookie, { ...contact, registration: 'another' })
  expect([page(text).name, said(text)]).toEqual(['form-outdated', []])
  expect(page(text).text).toContain('We have not saved anything from this form.')
  expect(page(text).text).not.toContain(lost[0])
})

it('a failure page says that the form is lost if the session ends before the form can be sent again', async () => {
  const { app, cookie } = await landedApp({
    breakStore: () => ({
      complete: () => Promise.reject(new AppError('too-many-requests', { retryAfterSeconds: 7200 })),
    }),
  })
  expect(said((await register(app, cookie)).text)).toEqual(['lost'])
})

it('a failure page says that the form is lost if the form was sent to change the language', async () => {
  const { app } = await testApp()
  const language = (fields: object) => request(app).post('/language').type('form').set(sameOrigin).send(fields)
  const { text } = await language({ ...contact, language: 'de', page: 'registration' })
  expect([page(text).name, page(text).text.includes('Füllen Sie danach das Formular noch einmal aus.')]).toEqual([
    'session-expired',
    true,
  ])
  const again = await language({ ...page(text).fields('#language-form'), language: 'en' })
  expect(said(again.text)).toEqual(['lost'])
})

it('a failure page says nothing about a form after a request without one', async () => {
  const broken = () => Promise.reject(new AppError('store-unavailable'))
  const { app, cookie } = await landedApp({ breakStore: () => ({ find: broken }) })
  const answers = [
    await open(app, '/registration'),
    await open(app, '/registration', cookie),
    await open(app, '/registration/complete', cookie),
    await request(app).post('/').field('a', 'b'),
    await request(app).post('/registration/leave').set('Sec-Fetch-Site', 'cross-site'),
    await request(app).post('/language').type('form').set(sameOrigin).send({ page: 'start' }),
  ]
  expect(answers.map(({ text }) => [page(text).name, said(text)])).toEqual([
    ['session-expired', []],
    ['store-unavailable', []],
    ['store-unavailable', []],
    ['request-unreadable', []],
    ['form-forged', []],
    ['request-unreadable', []],
  ])
})
