import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Branding } from '../../domain/product.ts'
import type { Environment } from '../../config/environment.ts'
import { ok, skipped, warning, type Check } from './check.ts'

const folder = join(import.meta.dirname, '../../../public')

/** Values that nobody changed since `.env.example` was copied: buyers would read and follow them. */
export function checkExamples(env: Environment): Check {
  const untouched = Object.entries(env).filter(([name, value = '']) => isOurs(name) && isExample(value))
  if (untouched.length === 0) return ok('examples', 'none left')
  const names = untouched.map(([name]) => name).join(', ')
  return warning('examples', `${names}: still as in .env.example`, 'Set them to your own: buyers read and follow them.')
}

function isOurs(name: string): boolean {
  return /^(?:PUBLIC|SUPPORT|SIGN_IN|LISTING|PRIVACY|TERMS|LOGO|PRODUCT|SELLER|WEBHOOK|CONTINUE|MAIL|NOTIFY)_/.test(
    name,
  )
}

/** example.com belongs to nobody (RFC 2606). */
function isExample(value: string): boolean {
  return /(?:^|[/@.])example\.(?:com|org|net)(?:[:/,?]|$)|prodview-EXAMPLE|^Example (?:Analytics|Corp)$/i.test(value)
}

/** A logo in `public/` that is not there leaves a broken picture on every page. */
export function checkLogo({ logoUrl }: Pick<Branding, 'logoUrl'>): Check {
  const name = 'logo'
  if (logoUrl === null) return skipped(name, 'LOGO_URL is not set')
  if (!logoUrl.startsWith('/')) return ok(name, logoUrl)
  const file = logoUrl.replace('/assets/', '')
  if (existsSync(join(folder, file))) return ok(name, `public/${file}`)
  return warning(name, `public/${file} is not there`, `Put the file there (in the image too), or change LOGO_URL.`)
}

/** Right for a simulator, a VPC endpoint or a gateway; else buyers' tokens go where nobody knows them. */
export function checkEndpoints(env: Environment): Check {
  const set = Object.keys(env).filter((name) => /^AWS_ENDPOINT_URL(?:_|$)/.test(name) && Boolean(env[name]))
  if (set.length === 0) return ok('endpoints', "AWS's own")
  return warning(
    'endpoints',
    `${set.join(', ')} set: calls go there and not to AWS`,
    'Remove it in production, unless it names an endpoint of yours that leads to AWS.',
  )
}
