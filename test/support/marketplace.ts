import { onTestFinished } from 'vitest'
import { startSimulator, type Simulator } from '../../simulator/src/simulator.ts'
import { testApp, type Overrides, type TestApp } from './app.ts'

/**
 * The app and a simulated AWS Marketplace that it calls over HTTP with the real SDK client. With a
 * HANDOFF_SECRET the last page links to the simulator's “Your application”.
 */
export async function marketplaceApp(overrides: Overrides = {}): Promise<TestApp & { readonly simulator: Simulator }> {
  const handoffSecret = overrides.env?.['HANDOFF_SECRET']
  const simulator = await startSimulator(handoffSecret === undefined ? {} : { handoffSecret })
  onTestFinished(() => simulator.close())
  const HANDOFF_URL = handoffSecret === undefined ? undefined : `${simulator.url}/application/handoff`
  const env = { PRODUCT_CODES: simulator.productCode, HANDOFF_URL, ...overrides.env }
  return { ...(await testApp({ ...overrides, env, marketplace: simulator.url })), simulator }
}
