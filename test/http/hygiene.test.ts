import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { load } from 'cheerio'
import type { Response } from 'supertest'
import { expect, inject, it, onTestFinished } from 'vitest'
import { scenarioNames, type ScenarioName } from '../../simulator/src/scenarios/scenarios.ts'
import { testApp } from '../support/app.ts'
import { contact, cookies, land, open, register } from '../support/browse.ts'
import { marketplaceApp } from '../support/marketplace.ts'
import { page } from '../support/page.ts'
import { ask, createDatabase } from '../support/postgres.ts'

/** Encodings of a token. */
function spellings(token: string): readonly string[] {
  return [
    token,
    encodeURIComponent(token),
    token.replaceAll('+', ' '),
    token.slice(0, 40),
    encodeURIComponent(token).slice(0, 40),
  ]
}

function outsideRetryForms(html: string): string {
  const $ = load(html)
  $('#retry-form').remove()
  return $.html()
}

it('the token is in no log, URL, cookie, header, database byte or page except the Try again form', async () => {
  const { app, log, file, rows, simulator } = await marketplaceApp({ env: { MARKETPLACE_DEADLINE_MS: '3000' } })
  const tokens: string[] = []
  const answers: Response[] = []
  const visit = async (scenario: ScenarioName) => {
    const { token, fields } = simulator.issueToken(scenario)
    tokens.push(token)
    const first = await land(app, token, fields)
    answers.push(first, await land(app, token, fields))
    if (first.status !== 303) return
    const cookie = cookies(first)
    answers.push(await open(app, '/registration', cookie), await register(app, cookie, { ...contact, email: '' }))
    answers.push(await register(app, cookie), await open(app, '/registration/complete', cookie))
  }
  await Promise.all(scenarioNames.map(visit))
  expect(rows().length).toBeGreaterThan(5)
  const hashes = rows('select token_hash from tokens').map((row) => row['token_hash'])
  expect(hashes.length).toBeGreaterThan(5)
  expect(tokens.map((token) => createHash('sha256').update(token).digest('hex'))).toEqual(
    expect.arrayContaining(hashes),
  )

  const folder = dirname(file)
  const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'))
  const headers = answers.map((answer) => JSON.stringify(answer.headers))
  const pages = answers.map((answer) => outsideRetryForms(answer.text))
  for (const place of [log.text(), ...bytes, ...headers, ...pages]) {
    for (const spelling of tokens.flatMap(spellings)) expect(place.includes(spelling)).toBe(false)
  }
})

it.each([
  ['as it is', (token: string) => token],
  ['percent-encoded', encodeURIComponent],
])('the token is not in the log if AWS repeats a part of it in its message, %s', async (_, spelled) => {
  const token = `${'A+/'.repeat(60)}==`
  const upstream = createServer((_req, res) => {
    res.writeHead(400, { 'Content-Type': 'application/x-amz-json-1.1' })
    const message = `Value '${spelled(token).slice(0, 60)}…' at 'registrationToken' failed to satisfy constraint`
    res.end(JSON.stringify({ __type: 'com.amazon.coral.validate#ValidationException', message }))
  })
  await once(upstream.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void upstream.close())
  const { port } = upstream.address() as AddressInfo
  const { app, log } = await testApp({ marketplace: `http://127.0.0.1:${String(port)}` })
  expect(page((await land(app, token)).text).name).toBe('token-invalid')
  expect(log.text()).toContain("Value '[token]…' at 'registrationToken'")
  expect(log.text()).not.toContain(spelled('A+/A+/'))
})

it('contact details are not in the log', async () => {
  const { app, log, simulator } = await marketplaceApp()
  const cookie = cookies(await land(app, simulator.issueToken('new-buyer').token))
  await register(app, cookie, { ...contact, email: 'not an address' })
  await register(app, cookie)
  expect(log.events('registration.completed')).toHaveLength(1)
  expect(log.text()).not.toMatch(/jane|Jane|Example Buyer|206 555|not an address/)
})

it('row values of a database error are not in the log', async () => {
  const url = await createDatabase(inject('postgresUrl'))
  const { app, log } = await testApp({ env: { DATABASE_URL: url } })
  const cookie = cookies(await land(app))
  await ask(url, "alter table registrations add constraint nobody check (email not like 'jane%')")
  expect(page((await register(app, cookie)).text).name).toBe('internal')
  expect(log.text()).toContain('violates check constraint \\"nobody\\"')
  expect(log.text()).not.toMatch(/jane|Jane|Example Buyer|206 555/)
})
