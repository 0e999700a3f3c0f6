import { setTimeout as pause } from 'node:timers/promises'
import { newAccountId, newLicenseArn } from '../tokens/customer.ts'
import { isScenarioName, scenarioNames, type ScenarioName } from '../scenarios/scenarios.ts'
import { outages } from '../scenarios/outages.ts'
import type { Simulator } from '../simulator.ts'
import type { Overrides } from '../tokens/tokens.ts'
import { aBuyer, type Buyer, land, type Landed, type Target } from './buyer.ts'
import { type Evidence, isOk, type Others } from './evidence.ts'
import { firstBuyer } from './first-buyer.ts'
import { createBrowser } from './visit.ts'

const doubleClickMs = 150
const foreignHost = { Host: 'attacker.example', 'X-Forwarded-Host': 'attacker.example' }
// Given wherever it is not what is tried, so that a page that needs one fails that rule alone.
const identifier = { customerIdentifier: 'checkedbuyer' }

function newPurchase(): Overrides {
  return { awsAccountId: newAccountId(), licenseArn: newLicenseArn(), ...identifier }
}

/**
 * Sends a buyer of each scenario, and some more, to the landing page: 30 POSTs, for pages that count them. Two scenarios
 * that ResolveCustomer answers like any purchase serve as the first buyer and the one with a made-up Host.
 */
export async function drive(simulator: Simulator, target: Target): Promise<Evidence> {
  const { landingUrl, timeoutMs } = target
  simulator.sendBuyersTo(landingUrl.href)
  const open = (method: 'GET' | 'HEAD') =>
    createBrowser(timeoutMs).open({ method, url: landingUrl, headers: {}, body: null }, 'the page')
  const get = await open('GET')
  const head = await open('HEAD')
  const purchase = newPurchase()
  const arrival = await firstBuyer(aBuyer(simulator.issueToken('channel-partner', purchase), target), target, simulator)
  const isThrough = arrival.asked === 'at once' && isOk(arrival.visit)
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
  const doubleClick = await clickTwice(
    aBuyer(simulator.issueToken('single-use', newPurchase()), target),
    target,
    simulator,
  )

  const visits = new Map<ScenarioName, Landed>([
    ['channel-partner', first],
    ['same-license', again],
    ['future-dated', toForeignHost],
    ['single-use', doubleClick],
  ])
  const visit = async (name: ScenarioName) => {
    visits.set(name, await send(name, overridesOf(name, purchase)))
  }
  for (const name of scenarioNames) if (!visits.has(name) && !Object.hasOwn(outages, name)) await visit(name)
  // Last, for a careful page stops asking for a while after them; at once, for some take long.
  await Promise.all(Object.keys(outages).filter(isScenarioName).map(visit))

  const of = (name: ScenarioName) => {
    const visited = visits.get(name)
    if (visited === undefined) throw new Error(`${name} was not driven`)
    return visited
  }
  return { of, scenarios: [...visits.keys()], again, doubleClick, withoutToken, foreignHost: toForeignHost }
}

function overridesOf(name: ScenarioName, purchase: Overrides): Overrides {
  // Without identifier both ways: absent here, empty in no-license.
  if (name === 'new-buyer') return { customerIdentifier: null }
  if (name === 'no-license' || name === 'legacy') return {}
  return name === 'second-license' ? { ...purchase, licenseArn: newLicenseArn() } : identifier
}

/** The browser drops the first answer, cookies and all, and sends the same again. */
async function clickTwice(buyer: Buyer, target: Target, simulator: Simulator): Promise<Landed> {
  const dropped = land(aBuyer(buyer, target), target, simulator)
  await Promise.race([dropped, pause(doubleClickMs)])
  const second = await land(buyer, target, simulator)
  await dropped
  return { ...second, calls: simulator.calls.of(buyer.token) }
}
