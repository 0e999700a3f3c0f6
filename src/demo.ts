import './node-version.cjs'
import { randomBytes } from 'node:crypto'
import { createLogDestination } from './main/log-destination.ts'
import { failToStart, stopOnSignals } from './main/process.ts'
import { start } from './main/start.ts'
import { products } from './demo/products.ts'
import { startSimulator } from '../simulator/src/simulator.ts'

// An empty variable counts as not set.
const port = process.env['PORT']?.trim() || '3000'
const simulatorPort = process.env['SIMULATOR_PORT']?.trim() || '4000'
const landingUrl = `http://localhost:${port}/`
const webhookSecret = `whsec_${randomBytes(32).toString('base64')}`
const handoffSecret = randomBytes(32).toString('hex')
const apiSecret = randomBytes(32).toString('hex')

/** Runs the landing page and a simulated AWS Marketplace on this machine, on two sites as in production. */
async function demo(): Promise<void> {
  const simulator = await startSimulator({
    port: Number(simulatorPort),
    landingUrl,
    webhookSecret,
    handoffSecret,
    apiSecret,
    activateAfterMs: 5_000,
    products: Object.values(products).flatMap(({ product_name: title, listings }) =>
      listings.map(({ product_code: code, product_id: id }) => ({ code, id, title })),
    ),
  }).catch((cause: unknown) => {
    const taken = `SIMULATOR_PORT ${simulatorPort} cannot be opened: stop the program that uses it, or set another port`
    throw new Error(taken, { cause })
  })
  // The demo must never use a real AWS account.
  for (const name of Object.keys(process.env).filter((name) => /^(?:AWS|MARKETPLACE)_/.test(name)))
    Reflect.deleteProperty(process.env, name)
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_MARKETPLACE_METERING: simulator.url,
    AWS_ENDPOINT_URL_MARKETPLACE_AGREEMENT: simulator.url,
    AWS_ENDPOINT_URL_MARKETPLACE_ENTITLEMENT_SERVICE: simulator.url,
    AWS_ENDPOINT_URL_SQS: simulator.url,
    AWS_ENDPOINT_URL_SESV2: simulator.url,
    AWS_ACCESS_KEY_ID: 'simulated',
    AWS_SECRET_ACCESS_KEY: 'simulated',
    AWS_EC2_METADATA_DISABLED: 'true',
    // The simulator runs on this machine, which a proxy may not reach.
    no_proxy: '*',
  })
  const service = await start(
    {
      LOG_LEVEL: 'warn',
      HOST: '127.0.0.1',
      ...process.env,
      PORT: port,
      PUBLIC_URL: landingUrl,
      SESSION_SECRET: randomBytes(32).toString('hex'),
      PRODUCTS: JSON.stringify({ products }),
      SELLER_NAME: 'Example Corp',
      SUPPORT_EMAIL: 'support@example.com',
      SUPPORT_URL: 'https://example.com/support',
      SIGN_IN_URL: 'https://example.com/log-in',
      DATABASE_URL: 'sqlite:data/demo.db',
      WEBHOOK_URL: `${simulator.url}/webhooks`,
      WEBHOOK_SECRET: webhookSecret,
      MAIL_URL: 'ses://us-east-1',
      MAIL_FROM: 'no-reply@example.com',
      NOTIFY_EMAIL: 'sales@example.com',
      HANDOFF_URL: `${simulator.url}/application/handoff`,
      HANDOFF_SECRET: handoffSecret,
      API_SECRET: apiSecret,
      CONSOLE_OPEN: 'true',
      EVENTS_QUEUE_URL: simulator.queueUrl,
      TRUST_PROXY_HOPS: '0',
      DRAIN_SECONDS: '0',
      RATE_LIMIT_PER_MINUTE: '0',
    },
    { log: createLogDestination(process.stdout) },
  )
  const stop = service.stop
  stopOnSignals({ ...service, stop: (drain) => Promise.all([simulator.close(), stop(drain)]).then(() => undefined) })
  process.stdout.write(`
  The AWS Marketplace simulator   ${simulator.url}   <- begin here: click a scenario
  Your landing page               ${landingUrl}
  Your console                    ${landingUrl}console

  At the simulator, Your application shows webhooks and buyers, and marks buyers as ready; Inbox shows the mails.
  Commands in the mails   DATABASE_URL=sqlite:data/demo.db npm run -s registrations -- --reference REFERENCE
  Calls of docs/api.md    API_SECRET=${apiSecret}, with ${landingUrl} as the address
  Ctrl+C stops both.
`)
}

demo().catch(failToStart)
