import request, { type Response } from 'supertest'
import { expect, it } from 'vitest'
import { testApp } from './support/app.ts'
import { land } from './support/browse.ts'
import { page } from './support/page.ts'

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
  'POST %s is answered with the page of an unknown method and what is allowed',
  async (path) => {
    const { app } = await testApp()
    const answer = await request(app).post(path)
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD'])
    expectPage(answer, 'method-not-allowed')
  },
)

it('the page of a file that could not be sent is not taken for the file', async () => {
  const { app } = await testApp()
  const answer = await request(app).get('/assets/page.js').set('Range', 'bytes=999999-')
  expect(answer.status).toBe(400)
  expectPage(answer, 'request-unreadable')
  for (const name of ['etag', 'content-range', 'last-modified']) expect(answer.headers).not.toHaveProperty(name)
})

it('over https browsers are told to stay with it, on this host and no other', async () => {
  const { app } = await testApp({ env: { PUBLIC_URL: 'https://register.example.com' } })
  const answer = await land(app).set('X-Forwarded-Proto', 'https')
  expect(answer.headers['strict-transport-security']).toBe('max-age=31536000')
})
