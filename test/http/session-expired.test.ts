import { expect, it } from 'vitest'
import { testApp } from '../support/app.ts'
import { cookies, land, open, register } from '../support/browse.ts'
import { page } from '../support/page.ts'

it('the page of an expired session names the host whose cookies to allow', async () => {
  const { app } = await testApp({ env: { PUBLIC_URL: 'https://register.northwind.example' } })
  expect(page((await open(app, '/registration')).text).text).toContain(
    'If this page comes back Your browser is probably blocking our cookie. Allow cookies for register.northwind.example,',
  )
})

it('the page of an expired session says that the values are lost only after a form', async () => {
  const { app } = await testApp()
  const lost = 'What you entered in the form was not saved.'
  expect(page((await open(app, '/registration')).text).text).not.toContain(lost)
  expect(page((await register(app, '')).text).text).toContain(lost)
})

it('a failure of a session with an identity puts its AWS account into the mail to support', async () => {
  const { app } = await testApp({
    breakStore: () => ({ find: () => Promise.reject(new Error('broken')) }),
  })
  const { links } = page((await open(app, '/registration', cookies(await land(app)))).text)
  const mail = new URL(links.find((link) => link.startsWith('mailto:')) ?? '')
  expect(mail.searchParams.get('body')).toMatch(
    /^Reference: .+\r\nProduct: Example Analytics\r\nAWS account ID: 012345678901/,
  )
})
