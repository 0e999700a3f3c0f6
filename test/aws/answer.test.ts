import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { resolvesAt } from '../support/app.ts'

/** An AWS Marketplace with one answer. */
async function resolving(answer: object) {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'application/x-amz-json-1.1').end(JSON.stringify(answer))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const resolve = resolvesAt(`http://127.0.0.1:${String(port)}`, { region: 'us-east-1', deadlineMs: 5_000, role: null })
  return resolve('token')
}

const full = { CustomerAWSAccountId: '012345678901', ProductCode: 'p', LicenseArn: 'l'.repeat(1_230) }

it('keeps a license of the longest length that AWS documents', async () => {
  await expect(resolving(full)).resolves.toMatchObject({ customer: { licenseArn: full.LicenseArn } })
})

it.each([
  ['an empty account', { CustomerAWSAccountId: '' }],
  ['an account of blanks', { CustomerAWSAccountId: '   ' }],
  ['a product code of blanks', { ProductCode: ' \t' }],
])('treats the identifier %s as none', async (_, fields) => {
  await expect(resolving({ ...full, ...fields })).rejects.toMatchObject({ code: 'customer-incomplete' })
})

it('treats a blank identifier and a blank license as none', async () => {
  await expect(resolving({ ...full, CustomerIdentifier: '  ', LicenseArn: '\n' })).resolves.toMatchObject({
    customer: { customerIdentifier: null, licenseArn: null },
  })
})

it.each([
  ['a license that no index takes', { LicenseArn: 'l'.repeat(2_700) }],
  ['a license with a NUL', { LicenseArn: 'l-\0' }],
  ['a product code with a NUL', { ProductCode: 'p\0' }],
  ['an account with a NUL', { CustomerAWSAccountId: '0123\0' }],
  ['an identifier with a NUL', { CustomerIdentifier: '\0' }],
])('fails as unreadable for %s', async (_, fields) => {
  await expect(resolving({ ...full, ...fields })).rejects.toMatchObject({ code: 'marketplace-failed' })
})
