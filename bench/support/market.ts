import { join } from 'node:path'
import { marketAt, type Market } from '../../test/support/buyers/market.ts'
import { environment } from '../../test/support/environment.ts'
import { freePort } from '../../test/support/free-port.ts'
import { answering } from '../../test/support/program.ts'
import { runOn, type Stage } from './stage.ts'

/** Starts the simulated AWS Marketplace in its own process. */
export async function startMarket(stage: Stage): Promise<Market> {
  const port = String(await freePort())
  const url = `http://127.0.0.1:${port}`
  const { PRODUCT_CODES: productCode = '' } = environment()
  const args = ['simulator/src/main.ts', '--quiet', '--port', port, '--product-code', productCode]
  await answering(runOn(stage, { args, logFile: join(stage.folder, 'market.log') }), `${url}/scenarios`)
  return marketAt(url)
}
