import request, { type Response } from 'supertest'
import { testApp, type Overrides } from './app.ts'
import { cookies, land, open, register } from './browse.ts'

export const secret = 'handoff-secret-of-at-least-32-characters'
export const oldSecret = 'the-secret-before-of-at-least-32-characters'
export const next = 'https://app.example.com/welcome?plan=a%20b&plan=c'
export const env = { HANDOFF_URL: next, HANDOFF_SECRET: `${secret},${oldSecret}` }

type Target = Parameters<typeof open>[0]

export const codeOf = (answer: Response) => new URL(answer.headers['location'] ?? '').searchParams.get('code') ?? ''
export const follow = (app: Target, cookie: string) => open(app, '/registration/handoff', cookie)
export const redeem = (app: Target, code: string, bearer = secret) =>
  request(app).post('/handoff').set('Authorization', `Bearer ${bearer}`).send({ code })

export async function registeredApp(overrides: Overrides = {}) {
  const app = await testApp({ ...overrides, env: { ...env, ...overrides.env } })
  const cookie = cookies(await land(app.app))
  await register(app.app, cookie)
  return { ...app, cookie }
}
