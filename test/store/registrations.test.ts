import { describe, expect, it } from 'vitest'
import type { Contact } from '../../src/domain/contact.ts'
import { aLanding, engines, execute, minutesLater, noon, openTestStore } from '../support/stores.ts'
import { registrationsOfTest } from '../support/registrations-of-test.ts'

const ada: Contact = { email: 'ada@example.com', name: 'Ada', company: 'Engines', phone: '+44 20 7946 0000' }
const withoutLicense = { customer: { licenseArn: null } }
const otherLicense = { customer: { licenseArn: 'arn:aws:license-manager::294406891311:license:l-2' } }
const day = 24 * 60

describe.each(engines)('registrations on %s', (engine) => {
  const { database, land, registrations, rows } = registrationsOfTest(engine)

  it('registers with the contact details', async () => {
    const { id } = await land()
    const registered = await registrations().complete(id, { contact: ada, language: 'de', at: minutesLater(5) })
    expect(registered).toMatchObject({
      type: 'registration.completed',
      registration: { status: 'registered', contact: ada, registeredAt: minutesLater(5) },
    })
    expect(await rows()).toMatchObject([
      {
        status: 'registered',
        email: 'ada@example.com',
        name: 'Ada',
        company: 'Engines',
        phone: '+44 20 7946 0000',
        language: 'de',
        landed_at: '2026-11-23T12:00:00.000Z',
        registered_at: '2026-11-23T12:05:00.000Z',
        updated_at: '2026-11-23T12:05:00.000Z',
      },
    ])
  })

  it('registering again replaces all details, removes an omitted phone, and keeps the first time', async () => {
    const { id } = await land()
    await registrations().complete(id, { contact: ada, language: 'de', at: minutesLater(5) })
    const contact = { email: 'bob@example.com', name: 'Bob', company: 'Bridges', phone: null }
    const changed = await registrations().complete(id, { contact, language: 'en', at: minutesLater(9) })
    expect(changed).toMatchObject({ type: 'registration.changed', previous: ada, registration: { contact } })
    expect(await rows()).toMatchObject([
      {
        status: 'registered',
        email: 'bob@example.com',
        name: 'Bob',
        company: 'Bridges',
        phone: null,
        language: 'en',
        registered_at: '2026-11-23T12:05:00.000Z',
        updated_at: '2026-11-23T12:09:00.000Z',
      },
    ])
  })

  it('stores one of two concurrent forms, never a mixture', async () => {
    const bob: Contact = { email: 'bob@example.com', name: 'Bob', company: 'Bridges', phone: null }
    for (let round = 0; round < 10; round++) {
      const { id } = await land({ customer: { licenseArn: `l-${String(round)}` } })
      const events = await Promise.all(
        [ada, bob].map((contact) => registrations().complete(id, { contact, language: 'en', at: minutesLater(5) })),
      )
      expect(events.map((event) => event?.type).sort()).toEqual(['registration.changed', 'registration.completed'])
      const stored = (await registrations().find(id))?.contact
      expect([ada, bob]).toContainEqual(stored)
    }
  })

  it('a landing of a registered buyer changes none of the stored details', async () => {
    const tokenHash = 'a'.repeat(64)
    const { id } = await land({
      tokenHash,
      customer: { customerIdentifier: 'legacy-1' },
      claims: { offerType: 'free-trial' },
    })
    await registrations().complete(id, { contact: ada, language: 'de', at: minutesLater(5) })
    const [before] = await rows()
    await land({ at: minutesLater(6), customer: { customerIdentifier: 'legacy-2' }, claims: { offerType: 'other' } })
    await land({ at: minutesLater(7), tokenHash, ...withoutLicense })
    await registrations().landAgain(tokenHash, noon, minutesLater(8))
    expect(await rows()).toEqual([{ ...before, last_landed_at: '2026-11-23T12:08:00.000Z' }])
  })

  it('returns null for an unknown id', async () => {
    expect(await registrations().find('nobody')).toBeNull()
    const completion = { contact: ada, language: 'en', at: noon }
    expect(await registrations().complete('nobody', completion)).toBeNull()
    expect(await rows()).toEqual([])
  })

  it('keeps a license of 1,230 characters and text of any script', async () => {
    const licenseArn = `arn:${'é'.repeat(1226)}`
    const { id } = await land({ customer: { licenseArn } })
    const contact = {
      email: '名前@例え.jp',
      name: "Robert'); drop table registrations;--",
      company: '株式会社 🚀',
      phone: null,
    }
    await registrations().complete(id, { contact, language: 'ja', at: noon })
    expect(await registrations().find(id)).toMatchObject({ licenseArn, contact })
  })

  it('generates another reference if one exists', async () => {
    const references = ['R-1', 'R-1', 'R-2']
    const other = await openTestStore(database(), { newReference: () => references.shift() ?? 'none left' })
    const first = await other.registrations.recordLanding(aLanding())
    const second = await other.registrations.recordLanding(aLanding(otherLicense))
    expect([first.reference, second.reference]).toEqual(['R-1', 'R-2'])
    await other.close()
  })

  it('the database rejects an unknown status, a second row of a license and a second row without one', async () => {
    await land()
    await land({ ...withoutLicense, at: minutesLater(2 * day) })
    const copy = (column: string, value: string) =>
      `insert into registrations (id, reference, status, product_code, aws_account_id, license_arn, landed_at, last_landed_at, updated_at)
       select id || '-2', reference || '-2', ${column === 'status' ? value : 'status'}, product_code, aws_account_id, license_arn, landed_at, last_landed_at, updated_at
       from registrations where ${column === 'status' ? 'license_arn is null' : value}`
    await expect(execute(database(), copy('status', "'gone'"))).rejects.toThrow(/registrations_status|CHECK/)
    await expect(execute(database(), copy('', 'license_arn is not null'))).rejects.toThrow(/unique/i)
    await expect(execute(database(), copy('', 'license_arn is null'))).rejects.toThrow(/unique/i)
  })
})
