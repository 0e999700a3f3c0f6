import type { Buyer } from '../application/buyers.ts'
import type { Known } from '../application/landing-page.ts'
import { isInput } from '../aws/wire/input.ts'
import { escapeHtml, facts } from './html.ts'

type Registration = Known['registration']

export function buyerTags({ registration, subscription, isLinked }: Buyer): string {
  const state = subscription === null ? null : textIn(subscription, 'state')
  return [
    textIn(registration, 'ready_at') === null ? tag('idle', 'not ready') : tag('active', 'ready'),
    state === null ? '' : tag(state, `subscription ${state}`),
    isLinked ? tag('active', 'linked') : tag('idle', 'not linked'),
  ].join(' ')
}

/** Everything that the landing page has sent about a buyer. */
export function buyerFacts({ registration, subscription }: Buyer): string {
  const names = {
    reference: 'Reference',
    name: 'Name',
    email: 'Email',
    phone: 'Phone',
    product: 'Product',
    product_code: 'Product code',
    aws_account_id: 'AWS account',
    license_arn: 'License',
    ready_at: 'Ready since',
    ready_by: 'Marked by',
    ready_url: 'Link',
    ready_message: 'Message',
  }
  const entries = Object.entries(names).map(([key, name]) => [name, escaped(textIn(registration, key))] as const)
  return facts([...entries, ...ownFields(registration), ['Subscription', escaped(subscriptionOf(subscription))]])
}

/** The fields that the seller added to the form, with the labels that the buyer saw. */
function ownFields(registration: Registration): readonly (readonly [string, string | null])[] {
  const { fields, field_labels: labels } = registration
  if (!isInput(fields)) return []
  return Object.entries(fields).map(([name, value]) => {
    const label = isInput(labels) ? textIn(labels, name) : null
    return [escapeHtml(label ?? name), escapeHtml(answerOf(value))]
  })
}

function answerOf(value: unknown): string {
  if (value === null || value === undefined) return 'no answer'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function subscriptionOf(subscription: Known['subscription']): string | null {
  if (subscription === null) return null
  const parts = ['state', 'agreement_id', 'starts_at', 'ends_at'].map((key) => textIn(subscription, key))
  const [state, agreement, startsAt, endsAt] = parts
  const dates = [startsAt && `from ${startsAt.slice(0, 10)}`, endsAt && `to ${endsAt.slice(0, 10)}`]
  return [state, agreement, ...dates].filter((part) => part).join(', ')
}

export function textIn(values: Readonly<Record<string, unknown>>, key: string): string | null {
  const value = values[key]
  return typeof value === 'string' && value !== '' ? value : null
}

function escaped(text: string | null): string | null {
  return text === null ? null : escapeHtml(text)
}

function tag(kind: string, text: string): string {
  return `<span class="tag ${escapeHtml(kind)}">${escapeHtml(text)}</span>`
}
