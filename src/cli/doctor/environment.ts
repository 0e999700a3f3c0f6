import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Product } from '../../domain/product.ts'
import { ok, skipped, warning, type Finding } from './finding.ts'
import { settingPath, textSettings } from './product-settings.ts'
import type { Setup } from './setup.ts'

const publicFolder = join(import.meta.dirname, '../../../public')

/** Finds values of `.env.example` or `products.example.yaml`, because buyers would see and follow them. */
export function checkExamples({ env, config: { products } }: Pick<Setup, 'env' | 'config'>): Finding {
  const ofEnvironment = Object.keys(env).filter((name) => buyersSee.test(name) && isExample(env[name] ?? ''))
  const ofFile = products.all
    .filter(({ key }) => key !== null)
    .flatMap((product) => [
      ...exampleListings(product),
      ...Object.entries(textSettings)
        .filter(([, key]) => product[key] !== products.unknown[key] && isExample(product[key] ?? ''))
        .map(([setting]) => settingPath(product, setting)),
    ])
  const names = [...ofEnvironment, ...ofFile]
  if (names.length === 0) return ok('none left')
  return warning(
    `${names.join(', ')}: still as in the examples`,
    'Set them to your own values: buyers read and follow them.',
  )
}

const buyersSee = /^(?:PUBLIC|SUPPORT|SIGN_IN|LISTING|PRIVACY|TERMS|LOGO|PRODUCT|SELLER|WEBHOOK|HANDOFF|MAIL|NOTIFY)_/

/** The codes and ids of `products.example.yaml`. */
const exampleIds: ReadonlySet<string> = new Set([
  '74az0btybm649octamy0sktos',
  'prod-qtwveexample12',
  '5k2vqexampleexampleexample',
])

function exampleListings(product: Product): readonly string[] {
  return product.listings.flatMap(({ productCode, productId }, at) => {
    const path = settingPath(product, `listings[${String(at)}]`)
    return [
      ...(exampleIds.has(productCode) ? [`${path}.product_code`] : []),
      ...(exampleIds.has(productId ?? '') ? [`${path}.product_id`] : []),
    ]
  })
}

/** The domain example.com is reserved (RFC 2606). */
export function isExample(value: string): boolean {
  return /(?:^|[/@.])example\.(?:com|org|net)(?:[:/,?]|$)|prodview-EXAMPLE|^Example (?:Analytics|Reports|Corp)$/i.test(
    value,
  )
}

/** Checks that a logo of the app's own origin is in `public/`. Otherwise every page shows a broken image. */
export function checkLogos({ config: { products } }: Pick<Setup, 'config'>): Finding {
  const urls = new Set([products.unknown, ...products.all].flatMap(({ logoUrl }) => logoUrl ?? []))
  const files = [...urls].filter((url) => url.startsWith('/')).map((url) => url.replace('/assets/', ''))
  const missing = files.filter((file) => !existsSync(join(publicFolder, file)))
  if (urls.size === 0) return skipped('LOGO_URL is not set')
  if (missing.length === 0) return ok([...urls].join(', '))
  return warning(
    `not found: ${missing.map((file) => `public/${file}`).join(', ')}`,
    'Put the file there (also in the image), or correct LOGO_URL.',
  )
}

/** Warns about overridden endpoints. They are correct for a simulator, a VPC endpoint or a gateway only. */
export function checkEndpoints({ env }: Pick<Setup, 'env'>): Finding {
  const names = Object.keys(env).filter((name) => /^AWS_ENDPOINT_URL(?:_|$)/.test(name) && Boolean(env[name]))
  if (names.length === 0) return ok('those of AWS')
  return warning(
    `${names.join(', ')} set: calls go there instead of to AWS`,
    'Remove it in production, unless it is an endpoint of your own that leads to AWS.',
  )
}
