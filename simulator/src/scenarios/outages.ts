import { failures } from '../aws/metering/failures.ts'
import type { Scenarios } from './scenario.ts'

const tryAgain = 'That it did not work just now, and a button to try again.'
const retried = 'The registration form, a moment later than usual.'

export const outages = {
  throttled: {
    title: 'Throttled',
    simulates: 'AWS Marketplace refuses every call, for there are too many.',
    expects: tryAgain,
    behavior: failures.throttled,
  },
  'throttled-twice': {
    title: 'Throttled twice',
    simulates: 'The first two calls are refused, the third is answered.',
    expects: retried,
    behavior: failures.throttled,
    times: 2,
  },
  'internal-error': {
    title: 'Internal error',
    simulates: 'AWS Marketplace answers every call with an error of its own.',
    expects: tryAgain,
    behavior: failures.internalError,
  },
  'internal-error-once': {
    title: 'Internal error, once',
    simulates: 'The first call fails inside AWS Marketplace, the second is answered.',
    expects: retried,
    behavior: failures.internalError,
    times: 1,
  },
  'html-502': {
    title: 'Bad gateway',
    simulates: 'Something in between answers with an HTML page instead of AWS Marketplace.',
    expects: tryAgain,
    behavior: { kind: 'html' },
  },
  'empty-answer': {
    title: 'An empty answer',
    simulates: 'AWS Marketplace says that all is well and names nobody.',
    expects: tryAgain,
    behavior: { kind: 'empty' },
  },
  'connection-reset': {
    title: 'Connection cut',
    simulates: 'The connection to AWS Marketplace is cut before an answer comes.',
    expects: tryAgain,
    behavior: { kind: 'reset' },
  },
  slow: {
    title: 'Slow',
    simulates: 'The answer takes three seconds.',
    expects: retried,
    behavior: { kind: 'customer' },
    latencyMs: 3000,
  },
  hanging: {
    title: 'No answer',
    simulates: 'AWS Marketplace takes the call and never answers.',
    expects: 'After some seconds, that it did not work just now, and a button to try again.',
    behavior: { kind: 'hang' },
  },
} as const satisfies Scenarios
