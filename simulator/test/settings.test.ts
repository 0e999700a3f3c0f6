import { describe, expect, it } from 'vitest'
import { settings } from '../src/settings.ts'

describe('the simulator’s settings', () => {
  it('every setting has a default', () => {
    expect(settings([], {})).toEqual({
      host: '127.0.0.1',
      port: 4000,
      landingUrl: 'http://localhost:3000/',
      products: [],
      quiet: false,
      help: false,
    })
  })

  it('options take precedence over the environment', () => {
    const args = ['--port', '4001', '--product-code', 'mine', '--handoff-url', 'http://app:3000/handoff']
    const env = {
      PORT: '5000',
      LANDING_URL: 'http://localhost:3999/fulfil',
      API_URL: 'http://app:3000/api',
      ACTIVATE_AFTER_SECONDS: '5',
      WEBHOOK_SECRET: 'whsec_x',
      HANDOFF_SECRET: 'handoff',
      API_SECRET: 'api',
    }
    expect(settings(args, env)).toMatchObject({
      port: 4001,
      landingUrl: 'http://localhost:3999/fulfil',
      products: [{ code: 'mine' }],
      handoffUrl: 'http://app:3000/handoff',
      apiUrl: 'http://app:3000/api',
      activateAfterMs: 5000,
      webhookSecret: 'whsec_x',
      handoffSecret: 'handoff',
      apiSecret: 'api',
    })
  })

  it.each<[string, readonly string[], Record<string, string>]>([
    ['repeated options', ['--product-code', 'one=Example Analytics', '--product-code', 'two'], {}],
    ['one option with commas', ['--product-code', 'one=Example Analytics, two'], {}],
    ['the environment', [], { PRODUCT_CODE: 'one=Example Analytics,two,' }],
  ])('several products come from %s', (_, args, env) => {
    expect(settings(args, env).products).toEqual([{ code: 'one', title: 'Example Analytics' }, { code: 'two' }])
  })

  it.each<[string, readonly string[], Record<string, string>, string]>([
    ['a wrong port', [], { PORT: 'http' }, 'PORT is "http"; it must be a whole number from 0 to 65535'],
    ['a port that is too large', ['--port', '65536'], {}, 'PORT is "65536"'],
    ['a wrong time', [], { ACTIVATE_AFTER_SECONDS: 'soon' }, 'ACTIVATE_AFTER_SECONDS is "soon"'],
    ['a wrong landing URL', [], { LANDING_URL: 'localhost:3000' }, 'LANDING_URL is "localhost:3000"'],
    ['a wrong API URL', ['--api-url', 'app'], {}, 'API_URL is "app"'],
    [
      'a product without a code',
      ['--product-code', '=Title'],
      {},
      'PRODUCT_CODE is "=Title"; it must be CODE or CODE=Title',
    ],
    ['a product code twice', ['--product-code', 'one,one=Again'], {}, 'PRODUCT_CODE has "one" twice'],
    ['an unknown option', ['--bogus'], {}, "Unknown option '--bogus'"],
  ])('settings refuse %s', (_, args, env, message) => {
    expect(() => settings(args, env)).toThrow(message)
  })
})
