import { describe, expect, it } from 'vitest'
import type { SubscriptionState } from '../../src/domain/subscription-state.ts'
import type { DatabaseUrl } from '../../src/config/database-url.ts'
import { engines, execute, minutesLater, noon, openTestStore } from '../support/stores.ts'
import { aSubscription } from '../support/a-subscription.ts'
import { filled, list, references } from '../support/listed-buyers.ts'

type AnAgreement = {
  readonly agreementId: string
  readonly license: string | null
  readonly state: SubscriptionState
  readonly startsAt?: Date
  readonly previous?: string
  readonly initial?: string
}

/** Adds subscriptions for these agreements. */
async function followed(database: DatabaseUrl, agreements: readonly AnAgreement[]): Promise<DatabaseUrl> {
  const store = await openTestStore(database)
  for (const { agreementId, license, state, startsAt = noon, previous = null, initial = null } of agreements)
    await store.query((unit) =>
      unit.subscriptions.save(
        aSubscription({
          ...{ agreementId, state, startsAt, previousAgreementId: previous, initialAgreementId: initial },
          licenseArn: license === null ? null : `arn:aws:license-manager::1:license:${license}`,
          licenseId: license,
          ...{ productCode: 'product-1', productId: 'prod-one', awsAccountId: '012345678901' },
        }),
      ),
    )
  await store.close()
  return database
}

const nothingFollowed = /^No subscription is known yet\. .*EVENTS_QUEUE_URL or PRODUCT_IDS/

describe.each(engines)('with subscriptions on %s', (engine) => {
  it('--unregistered lists the agreements without a registration, newest first', async () => {
    const database = await followed(await filled(engine), [
      { agreementId: 'agmt-landed', license: 'l-one', state: 'active' },
      { agreementId: 'agmt-renewed', license: 'l-one-renewed', state: 'active', previous: 'agmt-landed' },
      { agreementId: 'agmt-early', license: 'l-early', state: 'ending' },
      { agreementId: 'agmt-late', license: 'l-late', state: 'active', startsAt: minutesLater(60) },
      { agreementId: 'agmt-unpaid', license: null, state: 'pending' },
      { agreementId: 'agmt-gone', license: 'l-gone', state: 'ended' },
    ])
    const ended = await list(database, '--unregistered', '--json')
    expect(JSON.parse(ended.stdout)).toEqual(
      ['late', 'early'].map((name) => ({
        agreementId: `agmt-${name}`,
        awsAccountId: '012345678901',
        licenseArn: `arn:aws:license-manager::1:license:l-${name}`,
        productId: 'prod-one',
      })),
    )
    expect(ended.stderr).toBe('')
    const { stdout, stderr } = await list(database, '--unregistered', '--limit', '1')
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['AGREEMENT', 'AWS ACCOUNT', 'LICENSE', 'PRODUCT'],
      ['agmt-late', '012345678901', 'l-late', 'prod-one'],
      [''],
    ])
    expect(stderr).toBe('These are the newest 1; for more, use --limit N.\n')
  })

  it('--state finds registrations by the state of their subscription or of its renewal, combined with other filters', async () => {
    const database = await followed(await filled(engine), [
      { agreementId: 'agmt-one', license: 'l-one', state: 'ended' },
      { agreementId: 'agmt-two', license: 'l-two', state: 'active' },
      { agreementId: 'agmt-three', license: 'l-three%', state: 'active' },
      { agreementId: 'agmt-open', license: null, state: 'pending' },
    ])
    expect(references(await list(database, '--json', '--state', 'active'))).toEqual(['REF3', 'REF2'])
    expect(references(await list(database, '--json', '--state', 'active', '--registered'))).toEqual(['REF2'])
    expect(references(await list(database, '--json', '--state', 'ended'))).toEqual(['REF1'])
    expect(references(await list(database, '--json', '--state', 'superseded'))).toEqual([])
    await followed(database, [
      { agreementId: 'agmt-one', license: 'l-one', state: 'superseded' },
      { agreementId: 'agmt-one-again', license: 'l-one-again', state: 'active', previous: 'agmt-one' },
      { agreementId: 'agmt-two', license: 'l-two', state: 'superseded', initial: 'agmt-two' },
      { agreementId: 'agmt-two-again', license: 'l-two-again', state: 'ended', initial: 'agmt-two' },
      { agreementId: 'agmt-none', license: 'l-none', state: 'superseded', initial: 'agmt-none' },
    ])
    expect(references(await list(database, '--json', '--state', 'active'))).toEqual(['REF3', 'REF1'])
    expect(references(await list(database, '--json', '--state', 'ended'))).toEqual(['REF2'])
    expect(references(await list(database, '--json', '--state', 'superseded'))).toEqual(['REF2', 'REF1'])
    const none = await list(database, '--state', 'pending')
    expect(none).toEqual({ code: 0, stdout: '', stderr: 'No registration matches.\n' })
  })

  it('--unregistered distinguishes complete landings from subscriptions that are not followed', async () => {
    const database = await filled(engine)
    for (const asked of [['--unregistered'], ['--state', 'active']]) {
      expect(await list(database, ...asked)).toMatchObject({
        ...{ code: 0, stdout: '' },
        stderr: expect.stringMatching(nothingFollowed) as string,
      })
      const ended = await list(database, ...asked, '--json')
      expect(ended).toMatchObject({ stdout: '[]\n', stderr: expect.stringMatching(nothingFollowed) as string })
    }
    await followed(database, [{ agreementId: 'agmt-one', license: 'l-one', state: 'active' }])
    expect(await list(database, '--unregistered')).toEqual({
      ...{ code: 0, stdout: '' },
      stderr: 'Every buyer with an active agreement has landed.\n',
    })
    expect(await list(database, '--unregistered', '--json')).toMatchObject({ stdout: '[]\n', stderr: '' })
  })

  it('registrations rejects a database of the previous release', async () => {
    const database = await filled(engine)
    await execute(database, 'drop table subscriptions; delete from migrations')
    expect(references(await list(database, '--json'))).toHaveLength(3)
    for (const asked of [['--unregistered'], ['--state', 'active']])
      expect(await list(database, ...asked)).toEqual({
        ...{ code: 2, stdout: '' },
        stderr: 'The database of DATABASE_URL is not migrated to this release: start the app once.\n',
      })
  })
})
