import { failures } from '../aws/metering/failures.ts'
import type { Scenarios } from './scenario.ts'

const tryAgain = 'That it did not work, and a button to try again.'
const retried = 'The registration form, a moment later than usual.'

export const outages = {
  throttled: {
    title: 'Throttled',
    simulates: 'AWS Marketplace throttles every call.',
    expects: tryAgain,
    behavior: failures.throttled,
  },
  'throttled-twice': {
    title: 'Throttled twice',
    simulates: 'The first two calls are throttled, the third one succeeds.',
    expects: retried,
    behavior: failures.throttled,
    times: 2,
  },
  'internal-error': {
    title: 'Internal error',
    simulates: 'Every call fails inside AWS Marketplace.',
    expects: tryAgain,
    behavior: failures.internalError,
  },
  'internal-error-once': {
    title: 'Internal error, once',
    simulates: 'The first call fails inside AWS Marketplace, the second one succeeds.',
    expects: retried,
    behavior: failures.internalError,
    times: 1,
  },
  'html-502': {
    title: 'Bad gateway',
    simulates: 'A proxy answers with an HTML page instead of AWS Marketplace.',
    expects: tryAgain,
    behavior: { kind: 'html' },
  },
  'empty-answer': {
    title: 'An empty answer',
    simulates: 'AWS Marketplace answers without an error and without a customer.',
    expects: tryAgain,
    behavior: { kind: 'empty' },
  },
  'connection-reset': {
    title: 'Connection cut',
    simulates: 'The connection to AWS Marketplace is closed before the response.',
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
    simulates: 'AWS Marketplace accepts the call and never answers.',
    expects: 'After a few seconds, that it did not work, and a button to try again.',
    behavior: { kind: 'hang' },
  },
} as const satisfies Scenarios
