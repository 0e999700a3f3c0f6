import { resolve, resolveMx } from 'node:dns/promises'
import type { Product, Products } from '../../domain/product.ts'
import { networkFailure } from '../../domain/network-failure.ts'
import { createDispatcher } from '../../outgoing.ts'
import { isExample } from './environment.ts'
import { ok, skipped, warning, type Finding } from './finding.ts'
import { linkSettings, settingPath } from './product-settings.ts'
import type { Setup } from './setup.ts'

const deadlineMs = 10_000

/** Requests every link of every product that buyers see. */
export async function checkLinks({ config: { products } }: Pick<Setup, 'config'>): Promise<Finding> {
  const found = settings(products, (product) =>
    Object.entries(linkSettings).map(([setting, key]) => [setting, product[key]] as const),
  ).filter(([address]) => /^https?:/.test(address))
  if (found.length === 0) return skipped('no link that leads to a server')
  const dispatcher = createDispatcher({ maxSockets: 2, waitMs: deadlineMs, longestAnswer: 1024 * 1024 })
  const reasons = await Promise.all(found.map(async ([address]) => brokenLink(dispatcher, address)))
  await dispatcher.destroy()
  return judged(found, reasons, { name: 'links', why: 'buyers see it' })
}

/** Looks up the domain of every email address of every product. */
export async function checkMailAddresses({ config: { products } }: Pick<Setup, 'config'>): Promise<Finding> {
  const found = settings(products, ({ supportEmail, notifyEmail }) => [
    ['support_email', supportEmail],
    ...notifyEmail.map((address) => ['notify_email', address] as const),
  ])
  if (found.length === 0) return skipped('no mail address')
  const reasons = await Promise.all(found.map(([address]) => unknownDomain(address)))
  return judged(found, reasons, { name: 'mail addresses', why: 'no mail can arrive there' })
}

type Found = readonly (readonly [value: string, names: readonly string[]])[]

/** Each value once, with all settings that contain it. Omits examples. */
function settings(
  { all, unknown }: Products,
  settingsOf: (product: Product) => readonly (readonly [setting: string, value: string | null])[],
): Found {
  const ofEnvironment = settingsOf(unknown)
  const nameOf = (product: Product, setting: string, value: string) =>
    ofEnvironment.some(([name, given]) => name === setting && given === value)
      ? setting.toUpperCase()
      : settingPath(product, setting)
  const named = all.flatMap((product) =>
    settingsOf(product).flatMap(([setting, value]) =>
      value === null || isExample(value) ? [] : [{ value, name: nameOf(product, setting, value) }],
    ),
  )
  return [...Map.groupBy(named, ({ value }) => value)].map(([value, uses]) => [
    value,
    [...new Set(uses.map(({ name }) => name))],
  ])
}

type Checked = { readonly name: string; readonly why: string }

function judged(found: Found, reasons: readonly (string | null)[], { name, why }: Checked): Finding {
  const broken = found.flatMap(([, names], at) => {
    const reason = reasons[at] ?? null
    return reason === null ? [] : [`${names.join(', ')}: ${reason}`]
  })
  if (broken.length === 0) return ok(`${String(found.length)} ${name} checked`)
  return warning(broken.join('; '), ...broken.map((one) => `Correct ${one.split(':')[0] ?? ''}: ${why}.`))
}

async function brokenLink(dispatcher: ReturnType<typeof createDispatcher>, address: string): Promise<string | null> {
  const { origin, pathname, search } = new URL(address)
  try {
    const { statusCode, body } = await dispatcher.request({
      origin,
      path: pathname + search,
      method: 'GET',
      headers: { 'user-agent': 'marketplace-landing doctor' },
      signal: AbortSignal.timeout(deadlineMs),
    })
    await body.dump()
    // Other statuses may be intended for programs, or for requests without a code.
    return statusCode === 404 || statusCode === 410 || statusCode >= 500 ? `HTTP ${String(statusCode)}` : null
  } catch (error) {
    const failure = networkFailure(error)
    return failure === null ? String(error) : [`no answer (${failure.kind})`, failure.code].filter(Boolean).join(' ')
  }
}

/** Returns the error of a domain. Null also if the name server does not respond. */
async function unknownDomain(address: string): Promise<string | null> {
  const domain = address.slice(address.lastIndexOf('@') + 1)
  const lookUp = async (): Promise<unknown> => (await resolveMx(domain).catch(() => [])).at(0) ?? resolve(domain)
  return lookUp().then(
    () => null,
    (error: unknown) => {
      const code = error instanceof Error && 'code' in error ? error.code : null
      return code === 'ENOTFOUND' ? `the domain ${domain} does not exist` : null
    },
  )
}
