import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { consumedOutcomes } from '../src/domain/consumed.ts'
import { notificationTypes } from '../src/domain/notification.ts'
import { subscriptionData } from '../src/domain/subscription-data.ts'
import { subscriptionStates } from '../src/domain/subscription-state.ts'
import { aSubscription } from './support/a-subscription.ts'

const document = readFileSync(join(import.meta.dirname, '../docs/subscriptions.md'), 'utf8')

/** The text between a heading and the next one. */
const section = (heading: string) => (document.split(`\n${heading}\n`)[1] ?? '').split(/\n##+ /)[0] ?? ''
/** The names in the first column of the table under a heading. */
const names = (heading: string) => [...section(heading).matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name)

describe('the document about subscriptions', () => {
  it('docs/subscriptions.md explains exactly the states, notifications and outcomes', () => {
    expect(names('### States').slice(1)).toEqual(subscriptionStates)
    expect(names('## Notifications')).toEqual(notificationTypes.filter((type) => type.startsWith('subscription.')))
    expect(names('## Events')).toEqual(consumedOutcomes)
  })

  it('docs/subscriptions.md lists every public column', () => {
    const columns = Object.keys(subscriptionData(aSubscription())).filter((name) => name !== 'report_final_usage_by')
    const promised = [...columns, 'id', 'detail_type', 'time', 'account', 'body', 'received_at']
    expect(promised.filter((column) => !section('## The tables').includes(`\`${column}\``))).toEqual([])
  })
})
