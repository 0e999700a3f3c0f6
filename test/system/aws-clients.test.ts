import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { requestId, send } from '../../simulator/test/clients.ts'
import { aSimulator } from '../../simulator/test/support.ts'
import { installed } from '../support/debian.ts'

const run = promisify(execFile)
const env = {
  PATH: '/usr/bin:/bin',
  HOME: '/nonexistent',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'anything',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_PAGER: '',
}

async function aMarketplace() {
  const simulator = await aSimulator({ productCode: 'ours' })
  const { token, customer, purchase } = simulator.issueToken('new-buyer')
  const expired = simulator.issueToken('expired')
  const legacy = simulator.issueToken('legacy')
  await send(simulator, `/purchases/${purchase}/events`, { event: 'activate' })
  return { simulator, token, customer, expired: expired.token, identifier: legacy.customer.customerIdentifier ?? '' }
}

describe('boto3 of Debian', () => {
  it('makes every call that the simulator offers to it', async () => {
    installed('python3-boto3')
    const { simulator, token, customer, expired, identifier } = await aMarketplace()
    const script = join(import.meta.dirname, 'boto3-client.py')
    const { stdout } = await run('/usr/bin/python3', [script, simulator.url, token, expired, identifier], { env })
    const refused = (code: string, status = 400) => [code, status, expect.stringMatching(requestId) as never]
    expect(JSON.parse(stdout)).toEqual({
      customer: customer.awsAccountId,
      expired: refused('ExpiredTokenException'),
      usage: 'Success',
      wrongProduct: refused('InvalidProductCodeException'),
      metered: expect.stringMatching(requestId) as never,
      duplicate: refused('DuplicateRequestException'),
      entitlements: ['seats', 'projects'],
      noProduct: refused('InvalidParameterException'),
      message: 'Grüße & <more>',
      receives: '1',
      left: '0',
      noQueue: refused('AWS.SimpleQueueService.NonExistentQueue'),
      badReceipt: refused('ReceiptHandleIsInvalid'),
      mail: expect.stringMatching(/^0100/) as never,
      rejected: refused('MessageRejected'),
      role: 'arn:aws:sts::222233334444:assumed-role/registrar/landing',
      denied: refused('AccessDenied', 403),
    })
  })
})

describe('the AWS CLI of Debian', () => {
  it('makes every call that the simulator offers to it', async () => {
    const program = installed('awscli')
    const { simulator, token, customer, expired } = await aMarketplace()
    const aws = async (...args: string[]): Promise<unknown> => {
      const { stdout } = await run(program, ['--endpoint-url', simulator.url, '--output', 'json', ...args], {
        env,
      })
      return stdout.trim() === '' ? null : JSON.parse(stdout)
    }
    const QueueUrl = simulator.queueUrl
    const metering = 'meteringmarketplace'
    expect(await aws(metering, 'resolve-customer', '--registration-token', token)).toMatchObject({
      CustomerAWSAccountId: customer.awsAccountId,
    })
    await expect(aws(metering, 'resolve-customer', '--registration-token', expired)).rejects.toThrow(
      '(ExpiredTokenException) when calling the ResolveCustomer operation',
    )
    const entitlements = (await aws('marketplace-entitlement', 'get-entitlements', '--product-code', 'ours')) as {
      Entitlements: { Dimension: string }[]
    }
    expect(entitlements.Entitlements.map(({ Dimension }) => Dimension)).toEqual(['seats', 'projects'])
    const { Messages } = (await aws('sqs', 'receive-message', '--queue-url', QueueUrl)) as {
      Messages: { Body: string }[]
    }
    expect(JSON.parse(Messages[0]?.Body ?? '')).toHaveProperty('source', 'aws.agreement-marketplace')
    await expect(aws('sqs', 'receive-message', '--queue-url', `${QueueUrl}-other`)).rejects.toThrow('NonExistentQueue')
    const identity = await aws('sts', 'get-caller-identity')
    expect(identity).toMatchObject({ Account: '111122223333' })
    const content = JSON.stringify({ Simple: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'x' } } } })
    const destination = JSON.stringify({ ToAddresses: ['b@example.com'] })
    const mail = ['--from-email-address', 'a@example.com', '--destination', destination, '--content', content]
    expect(await aws('sesv2', 'send-email', ...mail)).toMatchObject({
      MessageId: expect.stringMatching(/^0100/) as never,
    })
  })
})
