import { expect, it } from 'vitest'
import { listen } from './support/listen.ts'
import { awsError } from './support/front-end.ts'
import { startService } from './support/service.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

it('a failed job logs its fix and does not affect readiness', async () => {
  const denied = awsError('com.amazon.coral.service#AccessDeniedException', 'You are not authorized', 403)
  const { url: queue } = await listen((_request, response) => {
    denied(response)
  })
  const { url, output } = await startService({
    ...{ AWS_ENDPOINT_URL: queue, AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' },
    EVENTS_QUEUE_URL: `${queue}/111122223333/marketplace-events`,
    DATABASE_URL: `sqlite:${temporaryFolder()}/landing.db`,
  })
  const failed = () =>
    output()
      .split('\n')
      .find((line) => line.includes('job failed'))
  await expect.poll(failed).toBeDefined()
  expect(JSON.parse(failed() ?? '')).toMatchObject({
    ...{ level: 40, job: 'consume', code: 'marketplace-denied', action: 'sqs:ReceiveMessage' },
    ...{ awsRequestId: 'request-1', cause: 'AccessDeniedException: You are not authorized' },
    hint: expect.stringMatching(/^Allow the action sqs:ReceiveMessage on the queue of EVENTS_QUEUE_URL/) as string,
  })
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
})
