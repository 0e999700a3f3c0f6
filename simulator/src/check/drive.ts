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
// Sent wherever it is not tested, so that a page that requires it fails only that rule.
const identifier = { customerIdentifier: 'checkedbuyer' }

function newPurchase(): Overrides {
  return { awsAccountId: newAccountId(), licenseArn: newLicenseArn(), ...identifier }
}

/**
 * Sends a buyer of each scenario and a few others to the landing page. 30 POSTs in all, to stay
 * below common rate limits. Two scenarios with a usual response are used for the first buyer and
 * for the visit with a forged Host header.
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
  const canRegister = arrival.redeemed === 'at once' && isOk(arrival.visit)
  const others = canRegister ? await driveOthers(simulator, target, { purchase, first: arrival.visit }) : null
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
  // Outages are last, because a page may pause its calls after them. They run concurrently, because
  // some are slow.
  await Promise.all(Object.keys(outages).filter(isScenarioName).map(visit))

  const of = (name: ScenarioName) => {
    const visited = visits.get(name)
    if (visited === undefined) throw new Error(`${name} was not driven`)
    return visited
  }
  return { of, scenarios: [...visits.keys()], again, doubleClick, withoutToken, foreignHost: toForeignHost }
}

function overridesOf(name: ScenarioName, purchase: Overrides, { slowMs }: Target): Overrides {
  // Both forms of a missing identifier: absent here, empty in `no-license`.
  if (name === 'new-buyer') return { customerIdentifier: null }
  if (name === 'no-license' || name === 'legacy') return {}
  if (name === 'slow') return { ...identifier, latencyMs: slowMs }
  return name === 'second-license' ? { ...purchase, licenseArn: newLicenseArn() } : identifier
}

/** The browser discards the first response with its cookies and sends the same form again. */
async function clickTwice(buyer: Buyer, target: Target, simulator: Simulator): Promise<Landed> {
  const dropped = land(aBuyer(buyer, target), target, simulator)
  await Promise.race([dropped, pause(doubleClickMs)])
  const second = await land(buyer, target, simulator)
  await dropped
  return { ...second, calls: simulator.calls.of(buyer.token) }
}
