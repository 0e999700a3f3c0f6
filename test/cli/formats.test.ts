import { expect, it } from 'vitest'
import { textReport } from '../../src/cli/doctor/report.ts'
import { failed } from '../../src/cli/doctor/finding.ts'
import { formats } from '../../src/cli/registrations/formats.ts'
import type { RegistrationData } from '../../src/domain/notification.ts'

function aRow(company: string): RegistrationData {
  return {
    ...{ id: 'id', reference: 'REFA-AAAA-BBBB', status: 'registered', product: null, product_code: 'product-1' },
    ...{ aws_account_id: '012345678901', license_arn: null, customer_identifier: null, offer_type: null },
    ...{ claimed_agreement_id: null, claimed_product_id: null, email: null, name: null, company, phone: null },
    ...{ fields: {}, field_labels: {}, language: null, landed_at: '', last_landed_at: '', registered_at: null },
    ...{ ready_at: null, ready_by: null, ready_url: null, ready_message: null, updated_at: '' },
  }
}

const hostile = 'a\u009b31m\u202eb\u2028\u007f'

it('a table on a terminal has no control character', () => {
  expect(formats.table([aRow(hostile)])).not.toMatch(/[\u007f-\u009f\u2028\u202e]/)
})

it('JSON on a terminal has escaped control characters', () => {
  const json = formats.json([aRow(hostile)])
  expect(json).not.toMatch(/[\u007f-\u009f\u2028\u202e]/)
  expect(JSON.parse(json)).toMatchObject([{ company: hostile }])
})

it('the report of the doctor has no control character', () => {
  expect(textReport([{ name: 'x', ...failed(hostile, hostile) }])).not.toMatch(/[\u007f-\u009f\u2028\u202e]/)
})
