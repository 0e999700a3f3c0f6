import type { Server } from 'node:http'
import type { Express } from 'express'
import request, { type Response } from 'supertest'

/** The app, a server, or its URL. */
type Target = Express | Server | string

export const tokenField = 'x-amzn-marketplace-token'
export const sameOrigin = { 'Sec-Fetch-Site': 'same-origin' }
export const contact = {
  email: 'jane.doe@example.com',
  name: 'Jane Doe',
  company: 'Example Buyer',
  phone: '+1 206 555 0100',
}

/** Lands like a browser from AWS Marketplace, with a cross-site form POST. */
export function land(app: Target, token = 'token', fields: Readonly<Record<string, string>> = {}) {
  return request(app)
    .post('/')
    .type('form')
    .set({ Origin: 'https://aws.amazon.com', 'Sec-Fetch-Site': 'cross-site' })
    .send({ [tokenField]: token, ...fields })
}

/** The cookies of a response, for the next request. */
export function cookies(answer: Response): string {
  const set = answer.headers['set-cookie'] as unknown as readonly string[] | undefined
  return (set ?? []).map((cookie) => cookie.split(';', 1)[0]).join('; ')
}

/** Submits the form like the page's button. */
export function register(app: Target, cookie: string, fields: Readonly<Record<string, string>> = contact) {
  return request(app).post('/registration').type('form').set(sameOrigin).set('Cookie', cookie).send(fields)
}

export function open(app: Target, path: string, cookie = '') {
  return request(app).get(path).set('Cookie', cookie)
}
