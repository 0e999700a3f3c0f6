import { ending, isOk } from '../evidence.ts'
import { fail, pass, type Rule, skip } from './rule.ts'

/** Whether the page answers at all, and asks AWS. */
export const arriving: readonly Rule[] = [
  {
    id: 'get-answers-200',
    what: 'GET and HEAD on the fulfillment URL answer 200.',
    why: 'AWS Marketplace accepts a fulfillment URL only if it renders with a 200, and its reviewers open it with GET.',
    remedy:
      'Answer GET and HEAD on the same address with a short page: what this is, where to subscribe, where to log in.',
    judge: ({ get, head }) => {
      const saw = `GET ${ending(get)}, HEAD ${ending(head)}`
      return get.end?.status === 200 && head.end?.status === 200 ? pass(saw) : fail(saw)
    },
  },
  {
    id: 'asks-aws',
    what: 'The page takes the buyer’s cross-site form POST and asks AWS who comes.',
    why: 'The browser is sent by AWS with a POST from another site, without a session; ResolveCustomer alone says who the buyer is.',
    remedy: 'Take the POST without log-in, CSRF token or origin check, and call ResolveCustomer.',
    judge: ({ arrival: { asked, visit }, simulatorUrl, productCode }) => {
      if (visit.end === null && visit.exchanges.length === 0)
        return skip(`Not seen: ${ending(visit)}.`, 'Start the landing page.')
      if (asked !== 'never') return pass('It does.')
      const saw = `The POST ended with ${ending(visit)}, and nothing called ${simulatorUrl}.`
      const refusals = [401, 403, 404, 405, 413, 415, 422, 429]
      if (refusals.includes(visit.exchanges[0]?.status ?? 0)) return fail(saw)
      const point = `AWS_ENDPOINT_URL_MARKETPLACE_METERING=${simulatorUrl}`
      return fail(
        saw,
        `Start the landing page with ${point} AWS_ACCESS_KEY_ID=simulated AWS_SECRET_ACCESS_KEY=simulated, let it accept the ` +
          `product code ${productCode}, and run the check again. An SDK that ignores the variable takes the address as its endpoint.`,
      )
    },
  },
  {
    id: 'right-token',
    what: 'The token is decoded exactly once.',
    why: 'Tokens are base64, with + and / and = in them, percent-encoded in the form; decoded twice, a + becomes a space.',
    remedy: 'Take the field as your form parser gives it. Do not decode, trim or re-encode it.',
    judge: ({ arrival: { asked } }) => {
      if (asked === 'never') return skip('Not seen: AWS was not asked.')
      return asked === 'about another token'
        ? fail('AWS was asked about another token than the one posted.')
        : pass('It is.')
    },
  },
  {
    id: 'buyer-gets-through',
    what: 'A buyer who has just subscribed gets to a page that answers well.',
    why: 'The registration page must accept the token and collect what an account needs.',
    remedy:
      'Look into the landing page’s log. It must accept the product code that the simulator names (see --product-code), and keep the ' +
      'buyer over the redirect: a cookie with SameSite=Strict, or a Secure one over http, does not arrive.',
    judge: ({ arrival: { asked, visit } }) => {
      if (asked === 'never' || asked === 'about another token')
        return skip('Not seen: AWS was not asked about the buyer.')
      const saw = `The visit ended with ${ending(visit)}.`
      return isOk(visit) ? pass(saw) : fail(saw)
    },
  },
]
