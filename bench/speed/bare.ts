import { MarketplaceMeteringClient, ResolveCustomerCommand } from '@aws-sdk/client-marketplace-metering'
import express from 'express'

// The baseline: the minimum that resolves a token. A default SDK client; no session, store, log or protection.
const client = new MarketplaceMeteringClient({ region: 'us-east-1' })
const app = express()

app.get('/readyz', (_req, res) => {
  res.end()
})

app.post('/', express.urlencoded({ extended: false }), async (req, res) => {
  const { 'x-amzn-marketplace-token': token } = req.body as Record<string, string>
  await client.send(new ResolveCustomerCommand({ RegistrationToken: token }))
  res.redirect(303, '/registration')
})

// Longer than the pause between two rounds.
app.listen(Number(process.env['PORT']), '127.0.0.1').keepAliveTimeout = 65_000
