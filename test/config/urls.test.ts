import { describe, expect, it } from 'vitest'
import { isLoopback } from '../../src/domain/loopback.ts'
import { isPrivate, urlError } from '../../src/config/urls.ts'

const hostOf = (address: string) => new URL(address).hostname

describe('a host', () => {
  it.each(['http://localhost', 'http://127.0.0.1', 'http://127.8.9.10:81', 'http://[::1]:80', 'http://0x7f000001'])(
    'the host %s is loopback',
    (address) => {
      expect(isLoopback(hostOf(address))).toBe(true)
      expect(isPrivate(hostOf(address))).toBe(true)
    },
  )

  it.each([
    ...['http://app:8080', 'http://10.1.2.3', 'http://172.16.0.1', 'http://172.31.255.255', 'http://192.168.1.1'],
    ...['http://app.internal', 'http://printer.local', 'http://app.default.svc.cluster.local', 'http://167838211'],
  ])('the host %s is private and not loopback', (address) => {
    expect(isPrivate(hostOf(address))).toBe(true)
    expect(isLoopback(hostOf(address))).toBe(false)
  })

  it.each([
    ...['http://example.com', 'http://app.localhost', 'http://172.15.0.1', 'http://172.32.0.1', 'http://11.0.0.1'],
    ...[
      'http://192.169.0.1',
      'http://169.254.169.254',
      'http://[fd00::1]',
      'http://[2001:db8::1]',
      'http://internal.io',
    ],
    ...[
      'http://10.example.com',
      'http://xlocalhost.example',
      'http://127.0.0.1.example.com',
      'http://app.internal.com',
    ],
  ])('the host %s is neither private nor loopback', (address) => {
    expect(isPrivate(hostOf(address))).toBe(false)
    expect(isLoopback(hostOf(address))).toBe(false)
  })
})

describe('a URL of which only the host is used', () => {
  it.each(['https://example.com', 'https://example.com/', 'https://example.com:8443', 'http://localhost:3000'])(
    'accepts the origin %s',
    (address) => {
      expect(urlError(address, [])).toBeNull()
    },
  )

  it.each([
    ['https://example.com/path', /remove the path$/],
    ['https://example.com/?', /remove the query$/],
    ['https://example.com?a=b', /remove the query$/],
    ['https://example.com/#', /remove the fragment$/],
    ['https://example.com#x?y', /remove the fragment$/],
    ['https://user@example.com', /remove the user$/],
    ['https://:secret@example.com/path#x', /remove the user and the path and the fragment$/],
    ['http://example.com', /must begin with https:\/\//],
    ['example.com', /whole web address/],
    ['ftp://example.com', /whole web address/],
  ])('rejects the origin %s', (address, error) => {
    expect(urlError(address, [])).toMatch(error)
  })
})
