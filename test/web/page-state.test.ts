import { describe, expect, it } from 'vitest'
import { parseSwitch, stateFields, type PageState } from '../../src/web/pages/page-state.ts'

const retry = { method: 'post', action: '/', fields: { 'x-amzn-marketplace-token': 'a+/==' } } as const
const pages: readonly PageState[] = [
  { page: 'start' },
  { page: 'registration' },
  { page: 'complete' },
  { page: 'failure', code: 'token-expired', reference: '7K3M-9QXW-2PAB', retry: null, lostForm: false },
  { page: 'failure', code: 'session-expired', reference: '7K3M-9QXW-2PAB', retry: null, lostForm: true },
  { page: 'failure', code: 'marketplace-busy', reference: '7K3M-9QXW-2PAB', retry, lostForm: false },
  {
    ...{ page: 'failure', code: 'store-unavailable', reference: '7K', lostForm: false },
    retry: { ...retry, method: 'get', fields: {} },
  },
  {
    ...{ page: 'failure', code: 'store-unavailable', reference: '7K', lostForm: false },
    retry: { method: 'get', action: '/registration/handoff', fields: {} },
  },
]

it.each(pages)('reads the state of the page $page $code back', (shown) => {
  const fields = shown.page === 'failure' ? shown.retry?.fields : {}
  expect(parseSwitch({ ...fields, ...stateFields(shown), language: 'de' })).toEqual({ language: 'de', shown })
})

describe('what is not one of our forms is refused', () => {
  const failure = { page: 'failure', code: 'marketplace-busy', 'failure-reference': 'A', language: 'de' }
  it.each([
    undefined,
    {},
    { page: 'start' },
    { page: 'start', language: 'xx' },
    { page: 'nowhere', language: 'de' },
    { page: ['start', 'start'], language: 'de' },
    { ...failure, code: 'nonsense' },
    { ...failure, 'failure-reference': '<b>' },
    { ...failure, 'failure-lost': 'nonsense' },
    { ...failure, 'failure-retry': 'post https://elsewhere.example/' },
    { ...failure, 'failure-retry': 'post /healthz' },
  ])('%j', (body) => {
    expect(parseSwitch(body)).toBeNull()
  })
})
