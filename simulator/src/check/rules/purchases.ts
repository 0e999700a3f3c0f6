import type { ScenarioName } from '../../scenarios/scenarios.ts'
import { endingOf, isOk, isThrough, messageOf } from '../evidence.ts'
import { fail, judgeVisits, pass, type Rule } from './rule.ts'

/** Whether every kind of purchase works. */
export const purchases: readonly Rule[] = [
  works(['new-buyer'], {
    id: 'works-without-identifier',
    what: 'A buyer without CustomerIdentifier gets through.',
    why: 'ResolveCustomer does not fill CustomerIdentifier for new integrations: it is absent or empty.',
    remedy:
      'Identify customers by CustomerAWSAccountId and LicenseArn. Keep CustomerIdentifier when it is there; do not require it.',
  }),
  works(['legacy', 'late-license', 'no-license'], {
    id: 'works-without-license',
    what: 'A buyer without LicenseArn gets through.',
    why: 'LicenseArn is missing for older products, and in the first answer for some new purchases.',
    remedy: 'Fall back to product code and AWS account, and complete the registration when the license arrives.',
  }),
  works(['second-license'], {
    id: 'second-license',
    what: 'A second license of one AWS account gets through.',
    why: 'With concurrent agreements one account may have several licenses of one product.',
    remedy: 'Identify a registration by LicenseArn, not by the AWS account.',
  }),
  works(['free-trial'], {
    id: 'extra-fields',
    what: 'Further fields next to the token are ignored.',
    why: 'The form also has x-amzn-marketplace-offer-type for a free trial, and sometimes agreement and product ids.',
    remedy: 'Read the fields that you know and ignore all others.',
  }),
  {
    id: 'product-checked',
    what: 'A purchase of another product is refused.',
    why: 'ResolveCustomer returns ProductCode to confirm that the buyer is registering for your product.',
    remedy: 'Compare ProductCode with your own product codes and refuse others, with a page that says whom to ask.',
    judge: judgeVisits(
      ({ of }) => [of('other-product')],
      (others, { arrival }) => {
        const visit = others.of('other-product')
        const home = arrival.visit.end?.url.pathname
        const isFailureElsewhere = others.of('expired').end?.url.pathname !== home
        const isSamePage =
          messageOf(visit) === messageOf(arrival.visit) || (isFailureElsewhere && visit.end?.url.pathname === home)
        const saw = `A buyer of another product ended with ${endingOf(visit)}.`
        return isOk(visit) && isSamePage ? fail(`${saw} It is the page of a good purchase.`) : pass(saw)
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
        // When the page needs an identifier, a buyer without both shows nothing about the license.
        const isIdentifierNeeded = !isThrough(others.of('new-buyer'), evidence, others)
        const judged = names.filter((name) => name !== 'no-license' || !isIdentifierNeeded)
        const visits = judged.map((name) => `${name} ended with ${endingOf(others.of(name))}`)
        const isGood = judged.every((name) => isThrough(others.of(name), evidence, others))
        return isGood ? pass(`${visits.join(', ')}.`) : fail(`${visits.join(', ')}.`)
      },
    ),
  }
}
