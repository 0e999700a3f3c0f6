import { links } from './links.ts'
import { outages } from './outages.ts'
import { purchases } from './purchases.ts'
import type { Scenario } from './scenario.ts'
import { setup } from './setup.ts'

const all = { ...purchases, ...links, ...outages, ...setup }

export type ScenarioName = keyof typeof all

/** Every scenario by its name. */
export const scenarios: Readonly<Record<ScenarioName, Scenario>> = all

export function isScenarioName(name: string): name is ScenarioName {
  return Object.hasOwn(all, name)
}

export const scenarioNames: readonly ScenarioName[] = Object.keys(all).filter(isScenarioName)

type Group = { readonly title: string; readonly about: string; readonly names: readonly ScenarioName[] }

/** The page's sections, in the order in which a seller would try them. */
export const scenarioGroups: readonly Group[] = [
  {
    title: 'Purchases that work',
    about: 'Whatever was bought and however it is described, the buyer can register.',
    names: namesOf(purchases),
  },
  {
    title: 'Links that fail',
    about: 'The purchase is fine, the link is not.',
    names: namesOf(links),
  },
  {
    title: 'AWS Marketplace in trouble',
    about: 'The buyer did nothing wrong and can try again.',
    names: namesOf(outages),
  },
  {
    title: 'A seller’s set-up at fault',
    about: 'Only the seller can mend this; the buyer needs to hear that the purchase is safe.',
    names: namesOf(setup),
  },
]

function namesOf(group: object): readonly ScenarioName[] {
  return Object.keys(group).filter(isScenarioName)
}
