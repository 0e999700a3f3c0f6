import { describe, expect, it } from 'vitest'
import { createConfirmationOf } from '../src/domain/confirmation.ts'
import { after, eventsOf, throughPartner } from './support/aws-events.ts'
import { aLanding } from './support/stores.ts'
import { subscriptionStore } from './support/subscription-store.ts'

const arn = (n: number) => `arn:aws:license-manager::294406891311:license:l-${String(n)}`
const first = eventsOf({ id: 'agmt-first', arn: arn(1), parties: throughPartner })
const second = eventsOf({ id: 'agmt-second', arn: arn(2), parties: throughPartner })

describe('what AWS says about a registration', () => {
  it('the confirmation of a registration is that of the agreement that continues it', async () => {
    const { receive, store } = await subscriptionStore('sqlite', after(300))
    const customer = { awsAccountId: '845735284135', productCode: 'ours', licenseArn: arn(1) }
    const registration = await store.registrations.recordLanding(aLanding({ customer }))
    const confirmationOf = createConfirmationOf(store.query)
    expect(await confirmationOf(registration)).toEqual({ state: 'awaited' })
    await receive(first.created(0))
    await receive(first.license(1, 'Updated'))
    expect(await confirmationOf(registration)).toEqual({ state: 'confirmed', startsAt: after(0) })
    await receive(second.created(99, { intent: 'RENEW' }))
    await receive(second.license(100, 'Updated'))
    await receive(first.ended(100, 'RENEWED'))
    expect(await confirmationOf(registration)).toEqual({ state: 'confirmed', startsAt: null })
    await receive(second.ended(200, 'CANCELLED'))
    await receive(second.license(210, 'Deprovisioned'))
    expect(await confirmationOf(registration)).toEqual({ state: 'ended', endedAt: after(210) })
  })
})
