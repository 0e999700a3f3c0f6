import type { ScenarioName } from '../../scenarios/scenarios.ts'
import { ending, isOk, reached, told } from '../evidence.ts'
import { fail, judgeVisits, pass, type Rule } from './rule.ts'

/** Whatever was bought and however AWS describes it. */
export const purchases: readonly Rule[] = [
  works(['new-buyer'], {
    id: 'works-without-identifier',
    what: 'A buyer without CustomerIdentifier gets through.',
    why: 'ResolveCustomer does not fill CustomerIdentifier for new integrations: it is absent or empty.',
    remedy:
      'Identify customers by CustomerAWSAccountId and LicenseArn; keep CustomerIdentifier when it is given, never require it.',
  }),
  works(['legacy', 'late-license', 'no-license'], {
    id: 'works-without-license',
    what: 'A buyer whose license AWS does not name (yet) gets through.',
    why: 'LicenseArn is missing for older products, and in the first answer for some new purchases.',
    remedy: 'Fall back to product code and AWS account, and complete the registration when the license comes.',
  }),
  works(['second-license'], {
    id: 'second-license',
    what: 'A second license of one AWS account gets through.',
    why: 'With concurrent agreements one account may hold several licenses of one product.',
    remedy: 'Make LicenseArn the key of a registration, not the AWS account.',
  }),
  works(['free-trial'], {
    id: 'extra-fields',
    what: 'More fields beside the token do no harm.',
    why: 'The form also carries x-amzn-marketplace-offer-type for a free trial, and sometimes agreement and product ids.',
    remedy: 'Read the fields you know and ignore the others.',
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
        const tellsByAddress = others.of('expired').end?.url.pathname !== home
        const isLet =
          isOk(visit) && (told(visit) === told(arrival.visit) || (tellsByAddress && visit.end?.url.pathname === home))
        const saw = `A buyer of ${visit.calls.length === 0 ? 'another product' : 'another product, as AWS answered,'} ended with ${ending(visit)}.`
        return isLet ? fail(`${saw} It is the page of a good purchase.`) : pass(saw)
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
        // Neither license nor identifier says nothing about the license where the identifier is needed.
        const isIdentifierNeeded = !reached(others.of('new-buyer'), evidence, others)
        const judged = names.filter((name) => name !== 'no-license' || !isIdentifierNeeded)
        const visits = judged.map((name) => `${name} ended with ${ending(others.of(name))}`)
        const isWell = judged.every((name) => reached(others.of(name), evidence, others))
        return isWell ? pass(`${visits.join(', ')}.`) : fail(`${visits.join(', ')}.`)
      },
    ),
  }
}
