import { describe, expect, it } from 'vitest'
import { registrationCsv } from '../../src/domain/registration-csv.ts'
import type { RegistrationData } from '../../src/domain/notification.ts'

function aRow(details: Partial<RegistrationData>): RegistrationData {
  return {
    ...{ id: 'id', reference: 'REFA-AAAA-BBBB', status: 'registered', product: null, product_code: 'product-1' },
    ...{ aws_account_id: '012345678901', license_arn: null, customer_identifier: null, offer_type: null },
    ...{ claimed_agreement_id: null, claimed_product_id: null, email: null, name: null, company: null, phone: null },
    ...{ fields: {}, field_labels: {}, language: null, landed_at: 'landed', last_landed_at: 'last' },
    ...{ registered_at: null, ready_at: null, ready_by: null, ready_url: null, ready_message: null },
    ...{ updated_at: 'updated', ...details },
  }
}

const lines = (...rows: readonly RegistrationData[]) => registrationCsv(rows).split('\r\n')

describe('the CSV of registrations', () => {
  it('the CSV has one column for each field of the seller that any registration has', () => {
    const [heading, first, second, end] = lines(
      aRow({ fields: { region: 'eu', terms: true } }),
      aRow({ fields: { status: 'new, "hot"', terms: null } }),
    )
    expect(heading).toBe(
      'id,reference,status,product,product_code,aws_account_id,license_arn,customer_identifier,offer_type,' +
        'claimed_agreement_id,claimed_product_id,email,name,company,phone,language,landed_at,last_landed_at,' +
        'registered_at,ready_at,ready_by,ready_url,ready_message,updated_at,fields.region,fields.terms,fields.status',
    )
    expect(first).toBe(
      'id,REFA-AAAA-BBBB,registered,,product-1,012345678901,,,,,,,,,,,landed,last,,,,,,updated,eu,true,',
    )
    expect(second).toMatch(/,updated,,,"new, ""hot"""$/)
    expect(end).toBe('')
  })

  it('a field named like a property of objects is empty where a registration has no answer', () => {
    const [heading, first, second] = lines(aRow({ fields: { constructor: 'x' } }), aRow({ fields: {} }))
    expect([heading, first, second].map((line) => line?.split(',').at(-1))).toEqual(['fields.constructor', 'x', ''])
  })

  it.each([
    ['=1+1', `"'=1+1"`],
    ['Acme;=1+1', `"Acme;'=1+1"`],
    ['Acme; @SUM(1)', `"Acme; '@SUM(1)"`],
    ['Acme;"=1+1"', `"Acme;""'=1+1"""`],
    ['a;-1;+2', `"a;'-1;'+2"`],
    ['Acme;＝1', `"Acme;'＝1"`],
    ['Acme - Sons = good', 'Acme - Sons = good'],
    ['two\r\nlines\u202e\u2028', 'two lines\ufffd\ufffd'],
  ])('the CSV turns each formula in %j into text, also in an answer', (typed, field) => {
    const [, row] = lines(aRow({ company: typed, fields: { use_case: typed } }))
    expect(row).toContain(`,${field},,,landed,`)
    expect(row?.endsWith(`,updated,${field}`)).toBe(true)
  })
})
