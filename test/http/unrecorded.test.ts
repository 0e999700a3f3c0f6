import { once } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextRound } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import type { Resolution } from '../../src/domain/customer.ts'
import { AppError } from '../../src/errors.ts'
import { aCustomer, testApp } from '../support/app.ts'
import { tokenField } from '../support/browse.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

it('responses of AWS that could not be stored do not fill the memory', async () => {
  const answers: WeakRef<Resolution>[] = []
  const { app } = await testApp({
    env: { LOG_LEVEL: 'silent' },
    resolveCustomer: (token) => {
      const answer = { customer: aCustomer({ licenseArn: token }), awsRequestId: null, attempts: 1, durationMs: 1 }
      answers.push(new WeakRef(answer))
      return Promise.resolve(answer)
    },
    breakStore: () => ({ recordLanding: () => Promise.reject(new AppError('store-unavailable')) }),
  })
  const server = app.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`
  for (let i = 0; i < 300; i += 1) {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { Connection: 'close' },
      body: new URLSearchParams({ [tokenField]: `token ${String(i)}` }),
    })
    expect(answer.status).toBe(503)
    await answer.text()
  }
  // References that are looked at in this round of the event loop are kept until the next.
  await nextRound()
  collectGarbage()
  expect(answers).toHaveLength(300)
  expect(answers.filter((answer) => answer.deref() !== undefined).length).toBeLessThan(100)
}, 60_000)
