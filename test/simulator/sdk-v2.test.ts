// One by one: the whole package brings the types of all services.
import MarketplaceAgreement from 'aws-sdk/clients/marketplaceagreement.js'
import MarketplaceEntitlementService from 'aws-sdk/clients/marketplaceentitlementservice.js'
import MarketplaceMetering from 'aws-sdk/clients/marketplacemetering.js'
import SESV2 from 'aws-sdk/clients/sesv2.js'
import SQS from 'aws-sdk/clients/sqs.js'
import STS from 'aws-sdk/clients/sts.js'
import type { AWSError } from 'aws-sdk/lib/error.js'
import type { Request } from 'aws-sdk/lib/request.js'
import { describe, expect, it } from 'vitest'
import { purchasesOf, requestId, send } from './clients.ts'
import { aSimulator } from './support.ts'

/** The clients of AWS's JavaScript SDK before the present one, with their default settings. */
async function olderClients() {
  const simulator = await aSimulator({ productCode: 'ours' })
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'anything' }
  const config = { region: 'us-east-1', endpoint: simulator.url, credentials } as never
  return {
    simulator,
    metering: new MarketplaceMetering(config),
    entitlement: new MarketplaceEntitlementService(config),
    agreement: new MarketplaceAgreement(config),
    sqs: new SQS(config),
    ses: new SESV2(config),
    sts: new STS(config),
  }
}

type Failure = { code: string; statusCode: number; requestId: string }

async function failure(request: Request<unknown, AWSError>): Promise<Failure> {
  return request.promise().then(
    () => {
      throw new Error('it did not fail')
    },
    (error: unknown) => error as Failure,
  )
}

describe('aws-sdk for JavaScript, version 2', () => {
  it('redeems a token, and sees it expire', async () => {
    const { simulator, metering } = await olderClients()
    const { token, customer } = simulator.issueToken('single-use')
    const answer = await metering.resolveCustomer({ RegistrationToken: token }).promise()
    expect(answer).toMatchObject({ ProductCode: 'ours', CustomerAWSAccountId: customer.awsAccountId })
    expect(answer.$response.requestId).toMatch(requestId)
    expect(await failure(metering.resolveCustomer({ RegistrationToken: token }))).toMatchObject({
      code: 'ExpiredTokenException',
      statusCode: 400,
      requestId: expect.stringMatching(requestId) as never,
    })
  })

  it('meters, and hears what is wrong', async () => {
    const { simulator, metering } = await olderClients()
    const { customer } = simulator.issueToken('legacy')
    const record = {
      Timestamp: new Date(),
      Dimension: 'requests',
      CustomerIdentifier: customer.customerIdentifier ?? '',
    }
    const batch = { ProductCode: 'ours', UsageRecords: [record] }
    expect((await metering.batchMeterUsage(batch).promise()).Results?.[0]?.Status).toBe('Success')
    const wrong = { ...batch, ProductCode: 'theirs' }
    expect(await failure(metering.batchMeterUsage(wrong))).toMatchObject({ code: 'InvalidProductCodeException' })
    const one = { ProductCode: 'ours', Timestamp: new Date(), UsageDimension: 'd', UsageQuantity: 1 }
    expect((await metering.meterUsage(one).promise()).MeteringRecordId).toMatch(requestId)
    expect(await failure(metering.meterUsage({ ...one, UsageQuantity: 2 }))).toMatchObject({
      code: 'DuplicateRequestException',
    })
  })

  it('reads entitlements and agreements', async () => {
    const { simulator, entitlement, agreement } = await olderClients()
    const { purchase } = simulator.issueToken('new-buyer')
    await send(simulator, `/purchases/${purchase}/events`, { event: 'activate' })
    const { Entitlements } = await entitlement.getEntitlements({ ProductCode: 'ours' }).promise()
    expect(Entitlements?.map(({ Dimension }) => Dimension)).toEqual(['seats', 'projects'])
    expect(await failure(entitlement.getEntitlements({ ProductCode: '' }))).toMatchObject({
      code: 'InvalidParameterException',
    })
    const filters = [
      { name: 'PartyType', values: ['Proposer'] },
      { name: 'AgreementType', values: ['PurchaseAgreement'] },
    ]
    const found = await agreement.searchAgreements({ filters }).promise()
    expect(found.agreementViewSummaries?.[0]?.agreementId).toBe((await purchasesOf(simulator))[0]?.agreementId)
    expect(await failure(agreement.describeAgreement({ agreementId: 'agmt-none' }))).toMatchObject({
      code: 'ResourceNotFoundException',
      requestId: expect.stringMatching(requestId) as never,
    })
  })

  it('works through the queue', async () => {
    const { simulator, sqs } = await olderClients()
    const { QueueUrl = '' } = await sqs.getQueueUrl({ QueueName: 'marketplace-events' }).promise()
    await sqs.sendMessage({ QueueUrl, MessageBody: 'Grüße & <more>' }).promise()
    const receive = { QueueUrl, AttributeNames: ['All'], WaitTimeSeconds: 1 }
    const { Messages = [] } = await sqs.receiveMessage(receive).promise()
    expect(Messages[0]?.Body).toBe('Grüße & <more>')
    expect(Messages[0]?.Attributes?.['ApproximateReceiveCount']).toBe('1')
    const ReceiptHandle = Messages[0]?.ReceiptHandle ?? ''
    await sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 5 }).promise()
    await sqs.deleteMessage({ QueueUrl, ReceiptHandle }).promise()
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] }).promise()
    expect(Attributes?.['ApproximateNumberOfMessages']).toBe('0')
    const other = `${simulator.url}/111122223333/other`
    expect(await failure(sqs.receiveMessage({ QueueUrl: other }))).toMatchObject({
      code: 'AWS.SimpleQueueService.NonExistentQueue',
      requestId: expect.stringMatching(requestId) as never,
    })
  })

  it('sends mail and assumes a role', async () => {
    const { simulator, ses, sts } = await olderClients()
    const Content = { Simple: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'x' } } } }
    const mail = { FromEmailAddress: 'a@example.com', Destination: { ToAddresses: ['b@example.com'] }, Content }
    expect((await ses.sendEmail(mail).promise()).MessageId).toMatch(/^0100/)
    const refused = failure(ses.sendEmail({ ...mail, FromEmailAddress: 'not-verified@example.com' }))
    expect(await refused).toMatchObject({
      code: 'MessageRejected',
      requestId: expect.stringMatching(requestId) as never,
    })
    expect(await (await fetch(`${simulator.url}/inbox`)).json()).toMatchObject([
      { subject: 'Hello', to: 'b@example.com' },
    ])
    const role = { RoleArn: 'arn:aws:iam::222233334444:role/registrar', RoleSessionName: 'landing' }
    expect((await sts.assumeRole(role).promise()).Credentials?.AccessKeyId).toMatch(/^ASIA/)
    const denied = { ...role, RoleArn: 'arn:aws:iam::222233334444:role/not-assumable' }
    expect(await failure(sts.assumeRole(denied))).toMatchObject({
      code: 'AccessDenied',
      statusCode: 403,
      requestId: expect.stringMatching(requestId) as never,
    })
  })
})
