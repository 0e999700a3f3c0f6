import { onTestFinished } from 'vitest'
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts'
import { testApp, type Overrides, type TestApp } from './app.ts'

/** The app and a simulated AWS Marketplace that it calls over HTTP with the real SDK client. */
export async function marketplaceApp(overrides: Overrides = {}): Promise<TestApp & { readonly simulator: Simulator }> {
  const simulator = await startSimulator()
  onTestFinished(() => simulator.close())
  const env = { PRODUCT_CODES: simulator.productCode, ...overrides.env }
  return { ...(await testApp({ ...overrides, env, marketplace: simulator.url })), simulator }
}
