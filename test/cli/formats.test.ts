import { describe, expect, it } from 'vitest'
import { textReport } from '../../src/cli/doctor/report.ts'
import { failed } from '../../src/cli/doctor/finding.ts'
import { asCsv, asJson, asTable } from '../../src/cli/registrations/formats.ts'
import type { FoundRegistration } from '../../src/store/search.ts'

function aRow(company: string): FoundRegistration {
  const [header = ''] = asCsv([]).split('\r\n')
  const nothing = Object.fromEntries(header.split(',').map((column) => [column, null]))
  return { ...nothing, company } as FoundRegistration
}

/** The company's field of the CSV. */
function company(text: string): string {
  const [, row = ''] = asCsv([aRow(text)]).split('\r\n')
  return row.replace(/^,+|,+$/g, '')
}

describe('CSV', () => {
  it.each([
    ['=1+1', `"'=1+1"`],
    ['Acme;=1+1', `"Acme;'=1+1"`],
    ['Acme; @SUM(1)', `"Acme; '@SUM(1)"`],
    ['Acme;"=1+1"', `"Acme;""'=1+1"""`],
    ['a;-1;+2', `"a;'-1;'+2"`],
    ['Acme;＝1', `"Acme;'＝1"`],
    ['Acme - Sons = good', 'Acme - Sons = good'],
  ])('makes text of each formula in %s, also where a spreadsheet splits at a semicolon', (typed, field) => {
    expect(company(typed)).toBe(field)
  })
})

const hostile = 'a\u009b31m\u202eb\u2028\u007f'

describe('a terminal', () => {
  it('gets no control character by the table', () => {
    expect(asTable([aRow(hostile)])).not.toMatch(/[\u007f-\u009f\u2028\u202e]/)
  })

  it('gets none by JSON either, which loses nothing', () => {
    const json = asJson([aRow(hostile)])
    expect(json).not.toMatch(/[\u007f-\u009f\u2028\u202e]/)
    expect(JSON.parse(json)).toMatchObject([{ company: hostile }])
  })

  it('gets none by the doctor', () => {
    expect(textReport([{ name: 'x', ...failed(hostile, hostile) }])).not.toMatch(/[\u007f-\u009f\u2028\u202e]/)
  })
})
