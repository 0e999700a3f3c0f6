import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, onTestFinished } from 'vitest'
import { audit, type Promised } from './support/buyers/audit.ts'

const license = 'arn:aws:license-manager::294406891311:license:l-1'
const contact = { email: 'jane@example.com', name: 'Jane', company: 'Example', phone: null }

const promised: Promised = {
  buyer: { account: '111122223333', license, contact },
  reference: '7K3M-9QXW-2PAB',
}

const stored = {
  reference: '7K3M-9QXW-2PAB',
  status: 'registered',
  aws_account_id: '111122223333',
  license_arn: license,
  ...contact,
}

function database(...rows: readonly (typeof stored)[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'landing-audit-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const path = join(folder, 'landing.db')
  const db = new DatabaseSync(path)
  const columns = Object.keys(stored)
  db.exec(`create table registrations (${columns.join(', ')})`)
  const insert = db.prepare(`insert into registrations values (${columns.map(() => '?').join(', ')})`)
  for (const row of rows) insert.run(...Object.values(row))
  db.close()
  return `sqlite:${path}`
}

it('the audit finds nothing lost if the database has every confirmed registration', async () => {
  expect(await audit(database(stored), [promised])).toEqual({ rows: 1, lost: [], doubled: [] })
})

it.each([
  ['no row', []],
  ['is landed', [{ ...stored, status: 'landed' }]],
  ['has another reference', [{ ...stored, reference: 'XXXX-XXXX-XXXX' }]],
  ['has another license', [{ ...stored, license_arn: `${license}0` }]],
  ['has other contact details', [{ ...stored, email: 'john@example.com' }]],
])('the audit counts a registration as lost that %s', async (reason, rows) => {
  const { lost } = await audit(database(...rows), [promised])
  expect(lost).toEqual([`111122223333: ${reason}`])
})

it('the audit finds a purchase with two rows', async () => {
  const { doubled } = await audit(database(stored, { ...stored, reference: 'another' }), [promised])
  expect(doubled).toEqual(['111122223333'])
})
