import request, { type Response } from 'supertest'
import { expect, it } from 'vitest'
import { testApp } from '../support/app.ts'
import { contact, cookies, land, open, register } from '../support/browse.ts'
import { page } from '../support/page.ts'

function expectPage(answer: Response, name: string): void {
  expect(page(answer.text).name).toBe(name)
  expect(answer.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': expect.stringContaining("frame-ancestors 'none'") as string,
    'referrer-policy': 'same-origin',
    'x-request-id': expect.stringMatching(/^[\w-]{14}$/) as string,
  })
}

it.each(['/healthz', '/readyz', '/assets/style.css', '/assets/page.js', '/assets/none.js'])(
  'POST %s is answered with the page method-not-allowed and Allow',
  async (path) => {
    const { app } = await testApp()
    const answer = await request(app).post(path)
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD'])
    expectPage(answer, 'method-not-allowed')
  },
)

it('the failure page of a file that could not be sent does not have the file’s headers', async () => {
  const { app } = await testApp()
  const answer = await request(app).get('/assets/page.js').set('Range', 'bytes=999999-')
  expect(answer.status).toBe(400)
  expectPage(answer, 'request-unreadable')
  for (const name of ['etag', 'content-range', 'last-modified']) expect(answer.headers).not.toHaveProperty(name)
})

it('over https, HSTS is set for this host only', async () => {
  const { app } = await testApp({ env: { PUBLIC_URL: 'https://register.example.com' } })
  const answer = await land(app).set('X-Forwarded-Proto', 'https')
  expect(answer.headers['strict-transport-security']).toBe('max-age=31536000')
})

it('pages, redirects and health are not cacheable', async () => {
  const { app } = await testApp()
  const landed = await land(app)
  const cookie = cookies(landed)
  const form = await open(app, '/registration', cookie)
  const corrected = await register(app, cookie, { ...contact, email: '' })
  const registered = await register(app, cookie)
  const complete = await open(app, '/registration/complete', cookie)
  const others = await Promise.all(['/', '/healthz', '/readyz', '/registration'].map((path) => open(app, path)))
  const answers = [landed, form, corrected, registered, complete, ...others]
  expect(answers.map(({ status }) => status)).toEqual([303, 200, 422, 303, 200, 200, 200, 200, 403])
  expect(answers.map(({ headers }) => String(headers['cache-control']))).toEqual(answers.map(() => 'no-store'))
})

it.each([
  ['http', {}, "img-src 'self'", ''],
  ['https', { PUBLIC_URL: 'https://register.example.com' }, "img-src 'self'", ';upgrade-insecure-requests'],
  [
    'http with a logo from elsewhere',
    { LOGO_URL: 'https://cdn.example.com/logo.svg' },
    "img-src 'self' https://cdn.example.com",
    '',
  ],
])('over %s the content security policy is exactly this one', async (_, env, images, end) => {
  const { app } = await testApp({ env })
  const policy = (await open(app, '/')).headers['content-security-policy']
  expect(policy).toBe(
    "default-src 'none';base-uri 'none';connect-src 'self';form-action 'self';frame-ancestors 'none';" +
      `${images};script-src 'self';style-src 'self'${end}`,
  )
})

it.each(['style.css', 'page.js', 'icon.svg'])('%s is cacheable for one day and has an ETag', async (file) => {
  const { app } = await testApp()
  const { status, headers } = await open(app, `/assets/${file}`)
  expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=86400'])
  const again = await request(app)
    .get(`/assets/${file}`)
    .set('If-None-Match', headers['etag'] ?? '')
  expect([again.status, again.text]).toEqual([304, ''])
})
