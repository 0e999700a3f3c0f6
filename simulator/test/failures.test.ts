import { describe, expect, it } from 'vitest'
import { aClient, aSimulator, redeem, rejection } from './support.ts'

const service = 'com.amazonaws.marketplacemetering'
const coral = 'com.amazon.coral.service'

describe('ResolveCustomer, seen through the SDK', () => {
  it.each([
    ['expired', 'ExpiredTokenException', 400, service, 1],
    ['invalid', 'InvalidTokenException', 400, service, 1],
    ['disabled', 'DisabledApiException', 400, service, 1],
    ['throttled', 'ThrottlingException', 400, service, 3],
    ['internal-error', 'InternalServiceErrorException', 500, service, 3],
    ['access-denied', 'AccessDeniedException', 400, coral, 1],
    ['unrecognized-client', 'UnrecognizedClientException', 400, coral, 1],
    ['expired-credentials-400', 'ExpiredTokenException', 400, coral, 1],
    ['expired-credentials-403', 'ExpiredTokenException', 403, service, 1],
    ['expired-credentials-message', 'ExpiredTokenException', 400, service, 1],
  ] as const)('ResolveCustomer fails %s with %s', async (scenario, name, status, namespace, attempts) => {
    const simulator = await aSimulator()
    const { token } = simulator.issueToken(scenario)
    const error = await rejection(redeem(aClient(simulator), token))
    expect(error).toMatchObject({ name, __type: `${namespace}#${name}` })
    expect(error['$metadata']).toMatchObject({ httpStatusCode: status, attempts })
    expect(error['$metadata']).toHaveProperty('requestId', simulator.calls.of(token).at(-1)?.requestId)
    expect(simulator.calls.of(token).map(({ outcome }) => outcome)).toEqual(Array(attempts).fill(name))
  })

  it('each scenario of expired credentials has exactly one sign', async () => {
    const simulator = await aSimulator()
    const messages = new Map<string, string>()
    for (const scenario of ['400', '403', 'message'] as const) {
      const { token } = simulator.issueToken(`expired-credentials-${scenario}`)
      messages.set(scenario, (await rejection(redeem(aClient(simulator), token))).message)
    }
    expect(messages.get('400')).not.toContain('security token')
    expect(messages.get('403')).not.toContain('security token')
    expect(messages.get('message')).toBe('The security token included in the request is expired')
  })

  it('AccessDenied names the role of the caller', async () => {
    const simulator = await aSimulator()
    const error = await rejection(redeem(aClient(simulator), simulator.issueToken('access-denied').token))
    expect(error.message).toMatch(/^User: arn:aws:sts::\d{12}:assumed-role\/.+ is not authorized to perform: aws-/)
  })

  it('the SDK reports html-502 as a SyntaxError with status 502', async () => {
    const simulator = await aSimulator()
    const error = await rejection(redeem(aClient(simulator), simulator.issueToken('html-502').token))
    expect(error.name).toBe('SyntaxError')
    expect(error['$metadata']).toMatchObject({ httpStatusCode: 502, attempts: 3 })
  })

  it('the SDK reports connection-reset as ECONNRESET after three attempts', async () => {
    const simulator = await aSimulator()
    const { token } = simulator.issueToken('connection-reset')
    expect(await rejection(redeem(aClient(simulator), token))).toMatchObject({ code: 'ECONNRESET' })
    expect(simulator.calls.of(token)).toHaveLength(3)
  })

  it('ResolveCustomer does not respond to hanging', async () => {
    const simulator = await aSimulator()
    const { token } = simulator.issueToken('hanging')
    const leaving = new AbortController()
    const error = rejection(redeem(aClient(simulator), token, leaving.signal))
    await expect.poll(() => simulator.calls.of(token).length, { timeout: 15_000 }).toBe(1)
    leaving.abort()
    expect((await error).name).toBe('AbortError')
  })

  it.each([
    ['throttled-twice', 3],
    ['internal-error-once', 2],
  ] as const)('answers %s after %i attempts', async (scenario, attempts) => {
    const simulator = await aSimulator()
    const { token, customer } = simulator.issueToken(scenario)
    const answer = await redeem(aClient(simulator), token)
    expect(answer.CustomerAWSAccountId).toBe(customer.awsAccountId)
    expect(answer.$metadata.attempts).toBe(attempts)
  })

  it('a failure lasts for the number of calls in times', async () => {
    const simulator = await aSimulator()
    const { token } = simulator.issueToken('expired', { times: 1 })
    expect((await rejection(redeem(aClient(simulator), token))).name).toBe('ExpiredTokenException')
    expect((await redeem(aClient(simulator), token)).$metadata.httpStatusCode).toBe(200)
  })

  it('an unknown token is invalid, or has the scenario of unknownTokens', async () => {
    const simulator = await aSimulator()
    expect((await rejection(redeem(aClient(simulator), 'made up'))).name).toBe('InvalidTokenException')
    const denied = await aSimulator({ unknownTokens: 'access-denied' })
    expect((await rejection(redeem(aClient(denied), 'made up'))).name).toBe('AccessDeniedException')
  })

  it('ResolveCustomer rejects an empty token', async () => {
    const simulator = await aSimulator()
    const error = await rejection(redeem(aClient(simulator), ''))
    expect(error).toMatchObject({
      name: 'ValidationException',
      __type: 'com.amazon.coral.validate#ValidationException',
    })
  })
})
