import { describe, expect, it } from 'vitest'
import type { Contact } from '../../src/domain/contact.ts'
import { engines, minutesLater, noon } from '../support/stores.ts'
import { registrationsOfTest } from '../support/registrations-of-test.ts'

const ada: Contact = { email: 'ada@example.com', name: 'Ada', company: 'Engines', phone: '+44 20 7946 0000' }
const withoutLicense = { customer: { licenseArn: null } }
const otherLicense = { customer: { licenseArn: 'arn:aws:license-manager::294406891311:license:l-2' } }
const day = 24 * 60

describe.each(engines)('landings on %s', (engine) => {
  const { land, registrations, rows } = registrationsOfTest(engine)

  it('stores a first landing with everything that is known and null for the rest', async () => {
    const registration = await land({
      customer: { customerIdentifier: 'legacy-1' },
      claims: { offerType: 'free-trial', claimedAgreementId: 'agmt-1', claimedProductId: 'prod-1' },
    })
    expect(await rows()).toEqual([
      {
        id: registration.id,
        reference: registration.reference,
        status: 'landed',
        product_code: 'product-1',
        aws_account_id: '012345678901',
        license_arn: 'arn:aws:license-manager::294406891311:license:l-1',
        license_id: 'l-1',
        customer_identifier: 'legacy-1',
        offer_type: 'free-trial',
        claimed_agreement_id: 'agmt-1',
        claimed_product_id: 'prod-1',
        email: null,
        name: null,
        company: null,
        phone: null,
        fields: '{}',
        field_labels: '{}',
        language: null,
        landed_at: '2026-11-23T12:00:00.000Z',
        last_landed_at: '2026-11-23T12:00:00.000Z',
        registered_at: null,
        ready_at: null,
        ready_by: null,
        ready_url: null,
        ready_message: null,
        updated_at: '2026-11-23T12:00:00.000Z',
      },
    ])
    expect(registration).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      reference: registration.reference,
      status: 'landed',
      productCode: 'product-1',
      awsAccountId: '012345678901',
      licenseArn: 'arn:aws:license-manager::294406891311:license:l-1',
      customerIdentifier: 'legacy-1',
      offerType: 'free-trial',
      claimedAgreementId: 'agmt-1',
      claimedProductId: 'prod-1',
      contact: null,
      fields: {},
      fieldLabels: {},
      language: null,
      landedAt: noon,
      lastLandedAt: noon,
      registeredAt: null,
      readyAt: null,
      readyBy: null,
      readyUrl: null,
      readyMessage: null,
      updatedAt: noon,
    })
    expect(await registrations().find(registration.id)).toEqual(registration)
  })

  it('the same license leads to the same registration and only updates the time of the landing', async () => {
    const first = await land()
    const [before] = await rows()
    const again = await land({ at: minutesLater(3 * day) })
    expect(again.id).toBe(first.id)
    expect(await rows()).toEqual([{ ...before, last_landed_at: '2026-11-26T12:00:00.000Z' }])
  })

  it('a later landing fills unknown values and keeps known ones', async () => {
    await land({ claims: { offerType: 'free-trial' } })
    const [before] = await rows()
    await land({
      at: minutesLater(1),
      customer: { customerIdentifier: 'legacy-1' },
      claims: { claimedAgreementId: 'agmt-1' },
    })
    await land({
      at: minutesLater(2),
      customer: { customerIdentifier: 'legacy-2' },
      claims: { offerType: 'other', claimedAgreementId: 'agmt-2', claimedProductId: 'prod-1' },
    })
    expect(await rows()).toEqual([
      {
        ...before,
        customer_identifier: 'legacy-1',
        claimed_agreement_id: 'agmt-1',
        claimed_product_id: 'prod-1',
        last_landed_at: '2026-11-23T12:02:00.000Z',
        updated_at: '2026-11-23T12:02:00.000Z',
      },
    ])
  })

  it.each([
    [
      'customer_identifier',
      { customer: { customerIdentifier: 'first' } },
      { customer: { customerIdentifier: 'other' } },
    ],
    ['offer_type', { claims: { offerType: 'first' } }, { claims: { offerType: 'other' } }],
    ['claimed_agreement_id', { claims: { claimedAgreementId: 'first' } }, { claims: { claimedAgreementId: 'other' } }],
    ['claimed_product_id', { claims: { claimedProductId: 'first' } }, { claims: { claimedProductId: 'other' } }],
  ])('never changes a known %s', async (column, first, other) => {
    const customer = { licenseArn: null }
    await land({ ...first, customer: { ...customer, ...('customer' in first ? first.customer : {}) } })
    await land({ ...other, at: minutesLater(1) })
    expect(await rows()).toMatchObject([{ [column]: 'first', updated_at: '2026-11-23T12:01:00.000Z' }])
  })

  it('two licenses of one account are two registrations', async () => {
    const first = await land()
    const second = await land(otherLicense)
    expect(second.id).not.toBe(first.id)
    expect(await rows()).toHaveLength(2)
  })

  it('identifies a customer without license by product and account', async () => {
    const first = await land(withoutLicense)
    const again = await land({ ...withoutLicense, at: minutesLater(3 * day) })
    const otherAccount = await land({ customer: { licenseArn: null, awsAccountId: '999999999999' } })
    const otherProduct = await land({ customer: { licenseArn: null, productCode: 'product-2' } })
    expect(again.id).toBe(first.id)
    expect(new Set([first.id, otherAccount.id, otherProduct.id]).size).toBe(3)
    expect(await rows()).toHaveLength(3)
  })

  it('a license within 24 hours completes a row without license', async () => {
    const first = await land(withoutLicense)
    const [before] = await rows()
    const completed = await land({ at: minutesLater(day) })
    expect(completed.id).toBe(first.id)
    expect(await rows()).toEqual([
      {
        ...before,
        license_arn: 'arn:aws:license-manager::294406891311:license:l-1',
        license_id: 'l-1',
        last_landed_at: '2026-11-24T12:00:00.000Z',
        updated_at: '2026-11-24T12:00:00.000Z',
      },
    ])
  })

  it('a license after more than 24 hours creates a new row', async () => {
    const first = await land(withoutLicense)
    const later = await land({ at: new Date(minutesLater(day).getTime() + 1) })
    expect(later.id).not.toBe(first.id)
    expect((await rows()).map((row) => row['license_arn'])).toEqual([
      null,
      'arn:aws:license-manager::294406891311:license:l-1',
    ])
  })

  it('a response without license belongs to the account’s only registration of the last 24 hours', async () => {
    const first = await land()
    const again = await land({ ...withoutLicense, at: minutesLater(day) })
    expect(again.id).toBe(first.id)
    expect(await rows()).toMatchObject([{ license_arn: first.licenseArn, last_landed_at: '2026-11-24T12:00:00.000Z' }])
  })

  it('a response without license creates a registration if the account’s license is older or there are two', async () => {
    await land()
    await land({ ...withoutLicense, at: new Date(minutesLater(day).getTime() + 1) })
    expect(await rows()).toHaveLength(2)
    const twoLicenses = { awsAccountId: '222222222222' }
    await land({ customer: { ...twoLicenses, licenseArn: 'l-a' } })
    await land({ customer: { ...twoLicenses, licenseArn: 'l-b' } })
    await land({ customer: { ...twoLicenses, licenseArn: null }, at: minutesLater(1) })
    expect(await rows()).toHaveLength(5)
  })

  it.each([
    ['account', { awsAccountId: '999999999999' }],
    ['product', { productCode: 'product-2' }],
  ])('fails for a license that is stored for another %s, and changes nothing', async (_, customer) => {
    const { id } = await land()
    await registrations().complete(id, { contact: ada, language: 'de', at: minutesLater(5) })
    const before = await rows()
    await expect(land({ customer, at: minutesLater(6) })).rejects.toMatchObject({
      code: 'customer-mismatch',
      details: { facts: { registrationId: id } },
    })
    expect(await rows()).toEqual(before)
  })

  it('a license completes only a row of its own product and account', async () => {
    await land({ customer: { licenseArn: null, awsAccountId: '999999999999' } })
    await land({ customer: { licenseArn: null, productCode: 'product-2' } })
    await land({ at: minutesLater(1) })
    expect(await rows()).toHaveLength(3)
  })

  it('a second license creates a second registration', async () => {
    const first = await land(withoutLicense)
    const completed = await land({ at: minutesLater(1) })
    const second = await land({ ...otherLicense, at: minutesLater(2) })
    expect(completed.id).toBe(first.id)
    expect(second.id).not.toBe(first.id)
    expect(await rows()).toHaveLength(2)
  })

  it('prefers the row with the license to a row without one', async () => {
    const licensed = await land()
    const bare = await land({ ...withoutLicense, at: minutesLater(2 * day) })
    const again = await land({ at: minutesLater(2 * day + 1) })
    expect(again.id).toBe(licensed.id)
    expect(bare.id).not.toBe(licensed.id)
    expect((await rows()).filter((row) => row['license_arn'] === null)).toHaveLength(1)
  })

  it('the same token leads to the same registration with or without a license', async () => {
    const tokenHash = 'a'.repeat(64)
    const first = await land({ tokenHash })
    const again = await land({ tokenHash, ...withoutLicense, at: minutesLater(14) })
    expect(again.id).toBe(first.id)
    expect(await rows()).toHaveLength(1)
    const [row] = await rows()
    expect(row).toMatchObject({ license_arn: first.licenseArn, last_landed_at: '2026-11-23T12:14:00.000Z' })
  })

  it('a token no longer leads to its registration after 15 minutes', async () => {
    const tokenHash = 'a'.repeat(64)
    const first = await land({ tokenHash })
    await land({ tokenHash, at: minutesLater(2 * day) })
    const later = await land({ tokenHash, ...withoutLicense, at: minutesLater(2 * day + 16) })
    expect(later.id).not.toBe(first.id)
  })

  it('the same token completes its row at any age of the row', async () => {
    const tokenHash = 'a'.repeat(64)
    const first = await land(withoutLicense)
    await land({ ...withoutLicense, tokenHash, at: minutesLater(2 * day) })
    const completed = await land({ tokenHash, at: minutesLater(2 * day + 1) })
    expect(completed.id).toBe(first.id)
    expect(await rows()).toHaveLength(1)
  })

  it('uses another license that AWS returns for the same token', async () => {
    const tokenHash = 'a'.repeat(64)
    const first = await land({ tokenHash })
    const second = await land({ tokenHash, ...otherLicense, at: minutesLater(1) })
    expect(second.id).not.toBe(first.id)
    expect(await registrations().landAgain(tokenHash, noon, minutesLater(2))).toMatchObject({ id: second.id })
  })

  it('a token never leads to a registration of another account', async () => {
    const tokenHash = 'a'.repeat(64)
    const first = await land({ tokenHash, ...withoutLicense })
    const other = await land({ tokenHash, customer: { licenseArn: null, awsAccountId: '999999999999' } })
    expect(other.id).not.toBe(first.id)
  })

  it('lands again by token alone, from the given time on', async () => {
    const tokenHash = 'a'.repeat(64)
    const first = await land({ tokenHash })
    const [before] = await rows()
    expect(await registrations().landAgain('b'.repeat(64), noon, minutesLater(1))).toBeNull()
    expect(await registrations().landAgain(tokenHash, minutesLater(1), minutesLater(2))).toBeNull()
    expect(await rows()).toEqual([before])
    expect(await registrations().landAgain(tokenHash, minutesLater(-1), minutesLater(3))).toEqual({
      ...first,
      lastLandedAt: minutesLater(3),
    })
    expect(await rows()).toEqual([{ ...before, last_landed_at: '2026-11-23T12:03:00.000Z' }])
  })
})
