import type { ScenarioName } from '../../scenarios/scenarios.ts'
import { endingOf, isOk, canRegister, messageOf } from '../evidence.ts'
import { fail, judgeVisits, pass, type Rule } from './rule.ts'

/** Every kind of purchase works. */
export const purchases: readonly Rule[] = [
  works(['new-buyer'], {
    id: 'works-without-identifier',
    what: 'A buyer without CustomerIdentifier can register.',
    why: 'ResolveCustomer does not fill CustomerIdentifier for new integrations: it is absent or empty.',
    remedy:
      'Identify customers by CustomerAWSAccountId and LicenseArn. Store CustomerIdentifier if it is present; do not require it.',
  }),
  works(['legacy', 'late-license', 'no-license'], {
    id: 'works-without-license',
    what: 'A buyer without LicenseArn can register.',
    why: 'LicenseArn is missing for older products, and in the first answer for some new purchases.',
    remedy: 'Fall back to product code and AWS account, and complete the registration when the license arrives.',
  }),
  works(['second-license'], {
    id: 'second-license',
    what: 'A second license of one AWS account can register.',
    why: 'With concurrent agreements one account may have several licenses of one product.',
    remedy: 'Identify a registration by LicenseArn, not by the AWS account.',
  }),
  works(['free-trial'], {
    id: 'extra-fields',
    what: 'Additional form fields are ignored.',
    why: 'The form also has x-amzn-marketplace-offer-type for a free trial, and sometimes agreement and product ids.',
    remedy: 'Read the fields that you know and ignore all others.',
  }),
  {
    id: 'product-checked',
    what: 'A purchase of another product is rejected.',
    why: 'ResolveCustomer returns ProductCode to confirm that the buyer is registering for your product.',
    remedy: 'Compare ProductCode with your own product codes and reject others with a page that says whom to contact.',
    judge: judgeVisits(
      ({ of }) => [of('other-product')],
      (others, { arrival }) => {
        const visit = others.of('other-product')
        const home = arrival.visit.end?.url.pathname
        const isFailureElsewhere = others.of('expired').end?.url.pathname !== home
        const isSamePage =
          messageOf(visit) === messageOf(arrival.visit) || (isFailureElsewhere && visit.end?.url.pathname === home)
        const saw = `A buyer of another product ended with ${endingOf(visit)}.`
        return isOk(visit) && isSamePage ? fail(`${saw} It is the page of a valid purchase.`) : pass(saw)
      },
    ),
  },
]

function works(names: readonly ScenarioName[], rule: Omit<Rule, 'judge'>): Rule {
  return {
    ...rule,
    judge: judgeVisits(
      ({ of }) => names.map(of),
      (others, evidence) => {
        // If the page requires an identifier, a buyer without both says nothing about the license.
        const isIdentifierNeeded = !canRegister(others.of('new-buyer'), evidence, others)
        const judged = names.filter((name) => name !== 'no-license' || !isIdentifierNeeded)
        const visits = judged.map((name) => `${name} ended with ${endingOf(others.of(name))}`)
        const isWorking = judged.every((name) => canRegister(others.of(name), evidence, others))
        return isWorking ? pass(`${visits.join(', ')}.`) : fail(`${visits.join(', ')}.`)
      },
    ),
  }
}
