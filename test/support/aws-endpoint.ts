import { vi } from 'vitest'

const services = ['MARKETPLACE_METERING', 'MARKETPLACE_AGREEMENT', 'MARKETPLACE_ENTITLEMENT_SERVICE', 'SQS', 'STS']

/** Sets the AWS SDK's variables, which it reads from the process only, to this server until the test ends. */
export function callAwsAt(url: string, variables: Readonly<Record<string, string>> = {}): void {
  const endpoints = Object.fromEntries(services.map((service) => [`AWS_ENDPOINT_URL_${service}`, url]))
  const credentials = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' }
  for (const [name, value] of Object.entries({ ...endpoints, ...credentials, ...variables })) vi.stubEnv(name, value)
}
