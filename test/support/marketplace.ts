import { onTestFinished } from 'vitest'
import { startSimulator, type Simulator } from '../../simulator/src/simulator.ts'
import { testApp, type Overrides, type TestApp } from './app.ts'

/**
 * The app and a simulated AWS Marketplace that it calls over HTTP with the real SDK client. With a HANDOFF_SECRET the last page links on
 * into the simulator's “Your application”.
 */
export async function marketplaceApp(overrides: Overrides = {}): Promise<TestApp & { readonly simulator: Simulator }> {
  const continueSecret = overrides.env?.['HANDOFF_SECRET']
  const simulator = await startSimulator(continueSecret === undefined ? {} : { continueSecret })
  onTestFinished(() => simulator.close())
  const HANDOFF_URL = continueSecret === undefined ? undefined : `${simulator.url}/application/continue`
  const env = { PRODUCT_CODES: simulator.productCode, HANDOFF_URL, ...overrides.env }
  return { ...(await testApp({ ...overrides, env, marketplace: simulator.url })), simulator }
}
