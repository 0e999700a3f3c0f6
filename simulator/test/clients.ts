import { MarketplaceAgreementClient } from '@aws-sdk/client-marketplace-agreement'
import { MarketplaceEntitlementServiceClient } from '@aws-sdk/client-marketplace-entitlement-service'
import { SESv2Client } from '@aws-sdk/client-sesv2'
import { SQSClient } from '@aws-sdk/client-sqs'
import { STSClient } from '@aws-sdk/client-sts'
import type { Simulator } from '../src/simulator.ts'
import { aClient } from './support.ts'

/** AWS's clients with default settings, for the simulator. */
export function clientsOf(simulator: Simulator, region = 'us-east-1') {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'anything' }
  const config = { region, credentials, endpoint: simulator.url }
  return {
    metering: aClient(simulator, { region }),
    entitlement: new MarketplaceEntitlementServiceClient(config),
    agreement: new MarketplaceAgreementClient(config),
    sqs: new SQSClient(config),
    ses: new SESv2Client(config),
    sts: new STSClient(config),
  }
}

export const requestId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Sends JSON to the simulator's API. */
export async function send(simulator: Simulator, path: string, body: object): Promise<{ status: number; body: never }> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(simulator.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: response.status, body: (await response.json()) as never }
}

export async function purchasesOf(simulator: Simulator): Promise<readonly Listed[]> {
  return (await (await fetch(`${simulator.url}/purchases`)).json()) as Listed[]
}

type Listed = {
  readonly id: string
  readonly scenario: string
  readonly state: string
  readonly awsAccountId: string
  readonly licenseArn: string
  readonly agreementId: string
  readonly previousAgreementId: string | null
  readonly productCode: string
  readonly productId: string
  readonly customerIdentifier: string | null
}
