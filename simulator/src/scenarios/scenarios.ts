import { links } from './links.ts'
import { outages } from './outages.ts'
import { purchases } from './purchases.ts'
import type { Scenario } from './scenario.ts'
import { setup } from './setup.ts'

const all = { ...purchases, ...links, ...outages, ...setup }

export type ScenarioName = keyof typeof all

export const scenarios: Readonly<Record<ScenarioName, Scenario>> = all

export function isScenarioName(name: string): name is ScenarioName {
  return Object.hasOwn(all, name)
}

export const scenarioNames: readonly ScenarioName[] = Object.keys(all).filter(isScenarioName)

type Group = { readonly title: string; readonly about: string; readonly names: readonly ScenarioName[] }

/** The sections of the subscriptions page. */
export const scenarioGroups: readonly Group[] = [
  {
    title: 'Purchases that work',
    about: 'The buyer can register.',
    names: namesOf(purchases),
  },
  {
    title: 'Links that fail',
    about: 'The purchase is valid, but the link is not.',
    names: namesOf(links),
  },
  {
    title: 'AWS Marketplace fails',
    about: 'The buyer did nothing wrong and can try again.',
    names: namesOf(outages),
  },
  {
    title: 'The seller’s setup is wrong',
    about: 'Only the seller can fix this. The buyer needs to know that the purchase is safe.',
    names: namesOf(setup),
  },
]

function namesOf(group: object): readonly ScenarioName[] {
  return Object.keys(group).filter(isScenarioName)
}
