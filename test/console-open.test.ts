import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { testApp } from './support/app.ts'
import { page } from './support/page.ts'

const open = { CONSOLE_OPEN: 'true' }

describe('the console without sign-in', () => {
  it('the console does not exist unless it is turned on', async () => {
    const { app } = await testApp()
    for (const path of ['/console', '/console/registrations/7K3M-9QXW-2PAB']) {
      const answer = await request(app).get(path)
      expect([answer.status, page(answer.text).name]).toEqual([404, 'not-found'])
    }
  })

  it.each(['localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'localhost'])(
    'the open console answers %s',
    async (host) => {
      const { app } = await testApp({ env: open })
      const answer = await request(app).get('/console').set('Host', host)
      expect([answer.status, page(answer.text).name]).toEqual([200, 'console-list'])
    },
  )

  it.each<[string, Readonly<Record<string, string>>]>([
    ['a name that resolves to this machine', { Host: 'evil.example.com:3000' }],
    ['a name that begins like a loopback address', { Host: '127.0.0.1.example.com' }],
    ['no readable host', { Host: 'localhost:port' }],
    ['a request that a tunnel on this machine forwards', { 'X-Forwarded-For': '203.0.113.9' }],
    ['a name that a tunnel on this machine was asked for', { 'X-Forwarded-Host': 'evil.example.com' }],
    ['a request that a proxy on this machine forwards', { Forwarded: 'for=203.0.113.9' }],
  ])('the open console rejects %s, explains it and logs it', async (_what, headers) => {
    const { app, log } = await testApp({ env: open })
    for (const path of ['/console', '/console/registrations/7K3M-9QXW-2PAB', '/console/nothing']) {
      const answer = await request(app).get(path).set(headers)
      expect([answer.status, page(answer.text).name]).toEqual([403, 'console-refused'])
      expect(answer.text).toContain('answers only to requests from the machine that it runs on')
    }
    expect(log.events('console.refused')).toHaveLength(3)
  })
})
