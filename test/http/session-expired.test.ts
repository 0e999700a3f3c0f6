import request from 'supertest'
import { expect, it } from 'vitest'
import { testApp } from '../support/app.ts'
import { cookies, land, open, register, sameOrigin } from '../support/browse.ts'
import { page } from '../support/page.ts'

const lost = 'What you entered in the form was not saved.'

it('the page of an expired session says that the form was lost after a form only, in every language', async () => {
  const { app } = await testApp()
  const sent = page((await register(app, '')).text)
  expect([sent.name, sent.text.includes(lost)]).toEqual(['session-expired', true])
  for (const path of ['/registration', '/registration/complete'])
    expect(page((await open(app, path)).text).text).not.toContain(lost)
  const fields = { ...sent.fields('#language-form'), language: 'de' }
  const german = await request(app).post('/language').type('form').set(sameOrigin).send(fields)
  expect(page(german.text).text).toContain('Was Sie in das Formular eingegeben haben, wurde nicht gespeichert.')
})

it('the page of an expired session names the host whose cookies to allow', async () => {
  const { app } = await testApp({ env: { PUBLIC_URL: 'https://register.northwind.example' } })
  expect(page((await open(app, '/registration')).text).text).toContain(
    'If this page comes back Your browser blocks our cookie. Allow cookies for register.northwind.example, or use another',
  )
})

it('a failure of a session with an identity puts its AWS account into the mail to support', async () => {
  const { app } = await testApp({
    breakStore: () => ({ find: () => Promise.reject(new Error('broken')) }),
  })
  const { links } = page((await open(app, '/registration', cookies(await land(app)))).text)
  const mail = new URL(links.find((link) => link.startsWith('mailto:')) ?? '')
  expect(mail.searchParams.get('body')).toMatch(
    /^Reference: .+\r\nProduct: Example Analytics\r\nAWS account: 012345678901/,
  )
})
