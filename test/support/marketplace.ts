import { onTestFinished } from 'vitest'
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts'
import { testApp, type Overrides, type TestApp } from './app.ts'

/**
 * The app and a simulated AWS Marketplace that it calls over HTTP with the real SDK client. With a CONTINUE_SECRET the last page leads on
 * into the simulator's “Your application”.
 */
export async function marketplaceApp(overrides: Overrides = {}): Promise<TestApp & { readonly simulator: Simulator }> {
  const continueSecret = overrides.env?.['CONTINUE_SECRET']
  const simulator = await startSimulator(continueSecret === undefined ? {} : { continueSecret })
  onTestFinished(() => simulator.close())
  const CONTINUE_URL = continueSecret === undefined ? undefined : `${simulator.url}/application/continue`
  const env = { PRODUCT_CODES: simulator.productCode, CONTINUE_URL, ...overrides.env }
  return { ...(await testApp({ ...overrides, env, marketplace: simulator.url })), simulator }
}
