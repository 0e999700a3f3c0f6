import type { ServerResponse } from 'node:http'
import { onTestFinished, vi } from 'vitest'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/src/simulator.ts'
import { listen } from './listen.ts'

export type Answer = (response: ServerResponse) => void

type FrontEnd = {
  readonly url: string
  /** The next call gets this response and is not forwarded. */
  readonly answerNext: (...answers: readonly Answer[]) => void
  /** All calls, answered or forwarded. */
  readonly seen: readonly Seen[]
}

type Seen = {
  /** For example `AmazonSQS.ReceiveMessage`. */
  readonly target: string
  /** The Region that the call was signed for. */
  readonly region: string | undefined
  /** True if it was signed with temporary credentials, such as those of a role. */
  readonly hasSessionToken: boolean
  readonly body: Readonly<Record<string, unknown>>
}

/** A server between AWS's clients and the simulator that can fail like AWS's front end. Closed when the test ends. */
async function frontEndOf(simulator: Simulator): Promise<FrontEnd> {
  const next: Answer[] = []
  const seen: Seen[] = []
  const { url } = await listen((request, response) => {
    void (async () => {
      const body = Buffer.concat(await request.toArray()).toString()
      const target = String(request.headers['x-amz-target'] ?? '')
      seen.push({
        target,
        region: /Credential=\w+\/\d{8}\/([\w-]+)\//.exec(request.headers.authorization ?? '')?.[1],
        hasSessionToken: request.headers['x-amz-security-token'] !== undefined,
        body: JSON.parse(body) as Record<string, unknown>,
      })
      const answer = next.shift()
      if (answer !== undefined) {
        answer(response)
        return
      }
      const { 'content-length': _, connection: __, ...headers } = request.headers
      const left = new AbortController()
      response.once('close', () => {
        left.abort()
      })
      const passed = await fetch(simulator.url + (request.url ?? '/'), {
        method: 'POST',
        headers: headers as Record<string, string>,
        body,
        signal: left.signal,
      })
      response.writeHead(passed.status, Object.fromEntries(passed.headers)).end(await passed.text())
    })().catch(() => response.destroy())
  })
  return { url, seen, answerNext: (...answers) => next.push(...answers) }
}

/** An error response of AWS. */
export function awsError(type: string, message = 'no', status = 400): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'request-1' })
    response.end(JSON.stringify({ __type: type, message }))
  }
}

export function says(body: object): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'request-1' })
    response.end(JSON.stringify(body))
  }
}

export const hangs: Answer = () => undefined

/** The simulator behind such a front end. The environment directs AWS's clients to it until the test ends. */
export async function aws(options: SimulatorOptions = {}): Promise<{ simulator: Simulator; frontEnd: FrontEnd }> {
  const simulator = await startSimulator(options)
  onTestFinished(() => simulator.close())
  const frontEnd = await frontEndOf(simulator)
  vi.stubEnv('AWS_ENDPOINT_URL', frontEnd.url)
  vi.stubEnv('AWS_ENDPOINT_URL_STS', simulator.url)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
  return { simulator, frontEnd }
}
