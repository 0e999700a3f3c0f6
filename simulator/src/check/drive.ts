import { setTimeout as pause } from 'node:timers/promises'
import { outages } from '../scenarios/outages.ts'
import { isScenarioName, scenarioNames, type ScenarioName } from '../scenarios/scenarios.ts'
import type { Simulator } from '../simulator.ts'
import { newAccountId, newLicenseArn } from '../tokens/customer.ts'
import type { Overrides } from '../tokens/grant.ts'
import { aBuyer, type Buyer, land, type Landed, type Target } from './buyer.ts'
import { type Evidence, isOk, type Others } from './evidence.ts'
import { firstBuyer } from './first-buyer.ts'
import { createBrowser } from './visit.ts'

const doubleClickMs = 150
const foreignHost = { Host: 'attacker.example', 'X-Forwarded-Host': 'attacker.example' }
// Sent wherever it is not tested, so that a page that needs an identifier fails that rule only.
const identifier = { customerIdentifier: 'checkedbuyer' }

function newPurchase(): Overrides {
  return { awsAccountId: newAccountId(), licenseArn: newLicenseArn(), ...identifier }
}

/**
 * Sends a buyer of each scenario to the landing page, and some more: 30 POSTs, because pages count
 * them. Two scenarios that ResolveCustomer answers like any purchase are used for the first buyer
 * and for the visit with a made-up Host.
 */
export async function drive(simulator: Simulator, target: Target): Promise<Evidence> {
  const { landingUrl, timeoutMs } = target
  simulator.sendBuyersTo(landingUrl.href)
  const open = (method: 'GET' | 'HEAD') =>
    createBrowser(timeoutMs).open({ method, url: landingUrl, headers: {}, body: null }, 'the same site')
  const get = await open('GET')
  const head = await open('HEAD')
  const purchase = newPurchase()
  const arrival = await firstBuyer(aBuyer(simulator.issueToken('channel-partner', purchase), target), target, simulator)
  const isThrough = arrival.redeemed === 'at once' && isOk(arrival.visit)
  const others = isThrough ? await driveOthers(simulator, target, { purchase, first: arrival.visit }) : null
  return { landingUrl, simulatorUrl: simulator.url, productCode: simulator.productCode, get, head, arrival, others }
}

type First = { readonly purchase: Overrides; readonly first: Landed }

async function driveOthers(simulator: Simulator, target: Target, { purchase, first }: First): Promise<Others> {
  const send = (name: ScenarioName, overrides: Overrides, headers = {}) =>
    land({ ...aBuyer(simulator.issueToken(name, overrides), target), headers }, target, simulator)
  const again = await send('same-license', purchase)
  const withoutToken = await land(aBuyer({ token: '', fields: {} }, target), target, simulator)
  const toForeignHost = await send('future-dated', newPurchase(), foreignHost)
  const singleUse = aBuyer(simulator.issueToken('single-use', newPurchase()), target)
  const doubleClick = await clickTwice(singleUse, target, simulator)

  const visits = new Map<ScenarioName, Landed>([
    ['channel-partner', first],
    ['same-license', again],
    ['future-dated', toForeignHost],
    ['single-use', doubleClick],
  ])
  const visit = async (name: ScenarioName) => {
    visits.set(name, await send(name, overridesOf(name, purchase, target)))
  }
  for (const name of scenarioNames) if (!visits.has(name) && !Object.hasOwn(outages, name)) await visit(name)
  // Outages come last, because a careful page stops calling for a while after them. They run at the
  // same time, because some take long.
  await Promise.all(Object.keys(outages).filter(isScenarioName).map(visit))

  const of = (name: ScenarioName) => {
    const visited = visits.get(name)
    if (visited === undefined) throw new Error(`${name} was not driven`)
    return visited
  }
  return { of, scenarios: [...visits.keys()], again, doubleClick, withoutToken, foreignHost: toForeignHost }
}

function overridesOf(name: ScenarioName, purchase: Overrides, { slowMs }: Target): Overrides {
  // Without an identifier both ways: absent here, empty in no-license.
  if (name === 'new-buyer') return { customerIdentifier: null }
  if (name === 'no-license' || name === 'legacy') return {}
  if (name === 'slow') return { ...identifier, latencyMs: slowMs }
  return name === 'second-license' ? { ...purchase, licenseArn: newLicenseArn() } : identifier
}

/** The browser drops the first answer, cookies included, and sends the same form again. */
async function clickTwice(buyer: Buyer, target: Target, simulator: Simulator): Promise<Landed> {
  const dropped = land(aBuyer(buyer, target), target, simulator)
  await Promise.race([dropped, pause(doubleClickMs)])
  const second = await land(buyer, target, simulator)
  await dropped
  return { ...second, calls: simulator.calls.of(buyer.token) }
}
