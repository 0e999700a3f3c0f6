import { InvalidInput } from '../http/router.ts'
import { foreignAccount, type PurchaseOptions } from '../market/purchase-options.ts'
import { scenarioNames } from '../scenarios/scenarios.ts'
import type { Overrides } from '../tokens/grant.ts'
import type { Tokens } from '../tokens/tokens.ts'
import type { Fields } from './fields.ts'

const dayMs = 24 * 3_600_000

const tokenFields = [
  ...['scenario', 'count', 'singleUse', 'times', 'latencyMs', 'offerType'],
  ...['awsAccountId', 'productCode', 'licenseArn', 'customerIdentifier'],
  ...['channelPartner', 'startsInMs', 'licenseSpelling', 'licenseKey', 'lostEvents', 'foreignAccount'],
  ...['entitlementLagMs', 'entitlementCount'],
]

/** `POST /tokens`: one token, or with `count` a list of them. Throws `InvalidInput`. */
export function issueFrom(fields: Fields, { issue }: Tokens): object {
  fields.allowOnly(tokenFields)
  const scenario = fields.oneOf('scenario', scenarioNames)
  if (scenario === undefined) throw new InvalidInput(`scenario: send one of ${scenarioNames.join(', ')}`)
  const count = fields.whole('count', 1, 10_000)
  const overrides = overridesIn(fields)
  if (count === undefined) return issue(scenario, overrides)
  return { tokens: Array.from({ length: count }, () => issue(scenario, overrides)) }
}

function overridesIn(fields: Fields): Overrides {
  return {
    singleUse: fields.flag('singleUse'),
    times: fields.whole('times', 0, Number.MAX_SAFE_INTEGER),
    latencyMs: fields.whole('latencyMs', 0, 600_000),
    awsAccountId: fields.text('awsAccountId', /^\d{12}$/, '12 digits'),
    productCode: fields.text('productCode', /^.+$/s, 'a text that is not empty'),
    licenseArn: fields.textOrNull('licenseArn', /^.+$/s, 'a text that is not empty, or null'),
    customerIdentifier: fields.textOrNull('customerIdentifier', /^/, 'a text or null'),
    offerType: fields.text('offerType', /^.+$/s, 'a text that is not empty'),
    purchase: purchaseIn(fields),
  }
}

function purchaseIn(fields: Fields): Partial<PurchaseOptions> {
  return defined({
    channelPartner: fields.flag('channelPartner'),
    startsInMs: fields.whole('startsInMs', 0, 3650 * dayMs),
    licenseSpelling: fields.oneOf('licenseSpelling', ['arn', 'short']),
    licenseKey: fields.oneOf('licenseKey', ['arn', 'id']),
    lost: fields.flag('lostEvents'),
    eventsAccount: fields.flag('foreignAccount') === true ? foreignAccount : undefined,
    entitlementLagMs: fields.whole('entitlementLagMs', 0, dayMs),
    entitlementCount: fields.whole('entitlementCount', 0, 100),
  })
}

function defined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const result: { [K in keyof T]?: Exclude<T[K], undefined> } = {}
  for (const key in options) {
    const value = options[key]
    if (isDefined(value)) result[key] = value
  }
  return result
}

function isDefined<V>(value: V): value is Exclude<V, undefined> {
  return value !== undefined
}
