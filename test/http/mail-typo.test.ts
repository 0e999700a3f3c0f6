import request from 'supertest'
import { expect, it } from 'vitest'
import { testApp } from '../support/app.ts'
import { contact, cookies, land, register, sameOrigin } from '../support/browse.ts'
import { page } from '../support/page.ts'

const typo = { ...contact, email: 'jane@gmial.com' }

async function arrived() {
  const app = await testApp()
  return { ...app, cookie: cookies(await land(app.app)) }
}

it('the form asks once about a misspelled mail domain, without a script', async () => {
  const { app, cookie, rows } = await arrived()
  const asked = await register(app, cookie, typo)
  expect(asked.status).toBe(422)
  expect(page(asked.text).texts('.summary a')).toEqual([
    'Did you mean jane@gmail.com? Correct the address, or send the form again if jane@gmial.com is right',
  ])
  expect(rows()).toMatchObject([{ status: 'landed' }])
  const again = await register(app, cookie, page(asked.text).fields('#registration-form'))
  expect(again.status).toBe(303)
  expect(rows()).toMatchObject([{ status: 'registered', ...typo }])
})

it('the form asks again about another misspelling, but not about a corrected one', async () => {
  const { app, cookie } = await arrived()
  const fields = page((await register(app, cookie, typo)).text).fields('#registration-form')
  expect((await register(app, cookie, { ...fields, email: 'jane@gmal.com' })).status).toBe(422)
  expect((await register(app, cookie, { ...fields, email: 'jane@gmail.com' })).status).toBe(303)
})

it('an answered question is not repeated with another invalid field', async () => {
  const { app, cookie } = await arrived()
  const fields = page((await register(app, cookie, typo)).text).fields('#registration-form')
  const shown = page((await register(app, cookie, { ...fields, name: '' })).text)
  expect(shown.texts('.summary a')).toEqual(['Enter your name'])
  expect((await register(app, cookie, { ...shown.fields('#registration-form'), name: 'Jane' })).status).toBe(303)
})

it('the question stays on the page in another language', async () => {
  const { app, cookie } = await arrived()
  const fields = page((await register(app, cookie, typo)).text).fields('#registration-form')
  const german = await request(app)
    .post('/language')
    .type('form')
    .set({ ...sameOrigin, Cookie: cookie })
    .send({ ...fields, language: 'de' })
  expect([german.status, page(german.text).texts('.summary a')]).toEqual([
    200,
    [
      'Meinten Sie jane@gmail.com? Korrigieren Sie die Adresse, oder senden Sie das Formular noch einmal ab, wenn jane@gmial.com stimmt',
    ],
  ])
  expect((await register(app, cookie, page(german.text).fields('#registration-form'))).status).toBe(303)
})
