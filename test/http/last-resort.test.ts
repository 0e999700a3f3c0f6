import { expect, it } from 'vitest'
import { testApp } from '../support/app.ts'
import { land, open } from '../support/browse.ts'
import { page } from '../support/page.ts'

it('a failure of rendering shows a page from memory with status, reference and support contact, without cause', async () => {
  const { app, log } = await testApp({ cacheTemplates: false, env: { SELLER_NAME: 'A <b> Corp' } })
  app.set('views', '/nowhere')

  const answer = await open(app, '/')
  const shown = page(answer.text)
  expect([answer.status, shown.name]).toEqual([500, 'internal'])
  expect(shown.text).toContain(answer.headers['x-request-id'])
  expect(shown.text).toContain('contact A <b> Corp')
  expect(shown.links).toEqual(['mailto:support@example.com'])
  expect(answer.headers).toMatchObject({
    'cache-control': 'no-store',
    'content-security-policy': expect.stringContaining("frame-ancestors 'none'") as string,
  })
  expect(answer.text).not.toMatch(/nowhere|Failed to lookup|\.ts:/)
  expect(log.lines()).toContainEqual(expect.objectContaining({ msg: 'page not rendered', level: 50 }))

  const refused = await land(app, '')
  expect([refused.status, page(refused.text).name]).toEqual([400, 'token-missing'])
})
