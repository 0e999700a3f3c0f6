import { expect, it } from 'vitest'
import { parseMailUrl } from '../../src/config/mail-url.ts'

const smtp = { kind: 'smtp', auth: null }

it.each([
  ['ses://us-east-1', { kind: 'ses', region: 'us-east-1' }],
  ['ses://eusc-de-east-1', { kind: 'ses', region: 'eusc-de-east-1' }],
  ['ses://cn-north-1/', { kind: 'ses', region: 'cn-north-1' }],
  ['smtp://mail.example.com', { ...smtp, host: 'mail.example.com', port: 587, tls: 'required' }],
  ['smtp://localhost:1025', { ...smtp, host: 'localhost', port: 1025, tls: 'optional' }],
  ['smtp://[::1]:25', { ...smtp, host: '::1', port: 25, tls: 'optional' }],
  ['smtp://mail.localhost', { ...smtp, host: 'mail.localhost', port: 587, tls: 'required' }],
  ['smtp://relay.corp.example.com:25?tls=none', { ...smtp, host: 'relay.corp.example.com', port: 25, tls: 'none' }],
  [
    'smtp://me:p%40ss@relay.internal:25?tls=none',
    { kind: 'smtp', host: 'relay.internal', port: 25, tls: 'none', auth: { user: 'me', pass: 'p@ss' } },
  ],
  [
    'smtps://me%40example.com:p%2Fss@smtp.example.com/',
    {
      kind: 'smtp',
      host: 'smtp.example.com',
      port: 465,
      tls: 'from-start',
      auth: { user: 'me@example.com', pass: 'p/ss' },
    },
  ],
])('accepts the MAIL_URL %s', (url, transport) => {
  expect(parseMailUrl(url)).toEqual(transport)
})

it.each([
  ['mail.example.com', /must be smtps/],
  ['http://mail.example.com', /must be smtps/],
  ['smtp://', /must be smtps/],
  ['smtp://geheim.example.com?ignoreTLS=true', /only smtp:\/\/…\?tls=none/],
  ['smtp://geheim.example.com?tls=none&pool=true', /only smtp:\/\/…\?tls=none/],
  ['smtps://geheim.example.com?tls=none', /only smtp:\/\/…\?tls=none/],
  ['smtp://me:geheim@mail.example.com?tls=none', /without encryption/],
  ['smtp://geheim.example.com/inbox', /after the host/],
  ['smtp://geheim.example.com#x', /after the host/],
  ['smtp://:geheim@mail.example.com', /add the user/],
  ['smtp://me:100%geheim@mail.example.com', /%25/],
  ['ses://geheim', /AWS Region/],
  ['ses://us-east-1?from=geheim', /AWS Region/],
])('rejects the MAIL_URL %s with the fix and without repeating it', (url, problem) => {
  const parsed = parseMailUrl(url)
  expect(parsed).toEqual({ problem: expect.stringMatching(problem) as string })
  expect(JSON.stringify(parsed)).not.toContain('geheim')
})
