import {
  MarketplaceMeteringClient,
  type MarketplaceMeteringClientConfig,
  ResolveCustomerCommand,
} from '@aws-sdk/client-marketplace-metering'
import { afterEach } from 'vitest'
import { type Simulator, type SimulatorOptions, startSimulator } from '../src/simulator.ts'

const running: Simulator[] = []

/** A simulator that ends with its test. */
export async function aSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator(options)
  running.push(simulator)
  return simulator
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()))
})

export function aClient({ url }: Simulator, config: MarketplaceMeteringClientConfig = {}): MarketplaceMeteringClient {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'anything' }
  return new MarketplaceMeteringClient({ region: 'us-east-1', endpoint: url, credentials, ...config })
}

export function redeem(client: MarketplaceMeteringClient, token: string, abortSignal?: AbortSignal) {
  return client.send(new ResolveCustomerCommand({ RegistrationToken: token }), abortSignal && { abortSignal })
}

/** The error of a rejected promise, with its fields. */
export async function rejection(promise: Promise<unknown>): Promise<Record<string, unknown> & Error> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Error)) throw new Error('the promise was not rejected')
  return error as Error & Record<string, unknown>
}

/** `X-Amz-Date` for a time. */
export function amzDate(at = Date.now()): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
}

type Signing = { readonly region?: string; readonly at?: number }

/** Signature Version 4 headers with a made-up signature, which is not checked. */
export function signedHeaders(service: string, { region = 'us-east-1', at = Date.now() }: Signing = {}) {
  const date = amzDate(at)
  const scope = `AKIDEXAMPLE/${date.slice(0, 8)}/${region}/${service}/aws4_request`
  const signature = `SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`
  return { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, ${signature}`, 'x-amz-date': date }
}

export function signedFor(service: string): string {
  return signedHeaders(service).authorization
}
