import { endingOf, isOk } from '../evidence.ts'
import { fail, pass, type Rule, skip } from './rule.ts'

/** The page responds and calls AWS. */
export const arriving: readonly Rule[] = [
  {
    id: 'get-answers-200',
    what: 'GET and HEAD on the fulfillment URL answer 200.',
    why: 'AWS Marketplace accepts a fulfillment URL only when it renders with a 200, and its reviewers open it with GET.',
    remedy:
      'Answer GET and HEAD at the same address with a short page that says what this is, where to subscribe and where to log in.',
    judge: ({ get, head }) => {
      const saw = `GET ${endingOf(get)}, HEAD ${endingOf(head)}`
      return get.end?.status === 200 && head.end?.status === 200 ? pass(saw) : fail(saw)
    },
  },
  {
    id: 'calls-aws',
    what: 'The page accepts the buyer’s cross-site form POST and calls ResolveCustomer.',
    why: 'AWS sends the browser with a POST from another site, without a session. Only ResolveCustomer knows who the buyer is.',
    remedy: 'Accept the POST without log-in, CSRF token or origin check, and call ResolveCustomer.',
    judge: ({ arrival: { redeemed, visit }, simulatorUrl, productCode }) => {
      if (visit.end === null && visit.exchanges.length === 0)
        return skip(`Not seen: ${endingOf(visit)}.`, 'Start the landing page.')
      if (redeemed !== 'never') return pass('It does.')
      const saw = `The POST ended with ${endingOf(visit)}, and nothing called ${simulatorUrl}.`
      const rejecting = [401, 403, 404, 405, 413, 415, 422, 429]
      if (rejecting.includes(visit.exchanges[0]?.status ?? 0)) return fail(saw)
      const variable = `AWS_ENDPOINT_URL_MARKETPLACE_METERING=${simulatorUrl}`
      return fail(
        saw,
        `Start the landing page with ${variable} AWS_ACCESS_KEY_ID=simulated AWS_SECRET_ACCESS_KEY=simulated, configure it to accept the ` +
          `product code ${productCode}, and run the check again. If the SDK ignores the variable, set the address as its endpoint.`,
      )
    },
  },
  {
    id: 'right-token',
    what: 'The token is decoded exactly once.',
    why: 'Tokens are base64 with +, / and =, percent-encoded in the form. When a token is decoded twice, + becomes a space.',
    remedy: 'Use the field as your form parser returns it. Do not decode, trim or encode it again.',
    judge: ({ arrival: { redeemed } }) => {
      if (redeemed === 'never') return skip('Not seen: ResolveCustomer was not called.')
      return redeemed === 'with another token'
        ? fail('ResolveCustomer was called with a different token than the posted one.')
        : pass('It is.')
    },
  },
  {
    id: 'buyer-gets-through',
    what: 'A new buyer reaches a page with a success status.',
    why: 'The registration page must accept the token and collect what an account needs.',
    remedy:
      'Read the landing page’s log. It must accept the product code of the simulator (see --product-code) and keep the ' +
      'session across the redirect: browsers do not send a cookie with SameSite=Strict, or a Secure cookie over http.',
    judge: ({ arrival: { redeemed, visit } }) => {
      if (redeemed === 'never' || redeemed === 'with another token')
        return skip('Not seen: ResolveCustomer was not called for the buyer.')
      const saw = `The visit ended with ${endingOf(visit)}.`
      return isOk(visit) ? pass(saw) : fail(saw)
    },
  },
]
