import { type Amendment, advisory, amended, ended, type EventBody, licenseEvent } from './event-bodies.ts'
import { type Notice, noticeEvent } from './notices.ts'
import type { Purchase } from './purchase.ts'

export const eventNames = [
  'activate',
  'amend',
  'renew',
  'replace',
  'cancel',
  'expire',
  'deprovision',
  'advise',
  'resolve-advisory',
  'notice',
] as const

/** What can happen to a purchase. */
export type EventName = (typeof eventNames)[number]

/** What `amend` changes, and which event `notice` sends. */
export type EventDetails = Amendment & { readonly notice?: Notice | undefined }

type Apply = (purchase: Purchase, now: number, details: EventDetails) => readonly EventBody[]

/** Changes the purchase and returns the events that AWS sends about it, in order. */
export const applyEvent: Readonly<Record<EventName, Apply>> = {
  activate: (purchase, now) => {
    purchase.activatedAt ??= now
    if (purchase.state === 'pending') purchase.state = 'active'
    purchase.updatedAt = now
    return [licenseEvent(purchase, now, 'Updated')]
  },
  amend: (purchase, now, { endTime, autoRenewal }) => {
    if (autoRenewal !== undefined) purchase.autoRenewal = autoRenewal
    if (endTime !== undefined) purchase.endsAt = endTime
    if (autoRenewal === undefined && endTime === undefined) purchase.seats += 5
    purchase.updatedAt = now
    const event = amended(purchase, now, { endTime, autoRenewal })
    // Switching auto-renewal alone does not change the license.
    const isLicenseChanged = autoRenewal === undefined || endTime !== undefined
    return isLicenseChanged ? [event, licenseEvent(purchase, now, 'Updated')] : [event]
  },
  renew: end('renewed', 'RENEWED'),
  replace: end('replaced', 'REPLACED'),
  cancel: end('canceled', 'CANCELLED'),
  expire: end('expired', 'EXPIRED'),
  deprovision: (purchase, now) => {
    purchase.state = 'deprovisioned'
    purchase.endedAt ??= now
    if (purchase.agreementStatus === 'ACTIVE') purchase.agreementStatus = 'CANCELLED'
    purchase.updatedAt = now
    return [licenseEvent(purchase, now, 'Deprovisioned')]
  },
  advise: (purchase, now) => {
    purchase.advisoryAt = now
    return [advisory(purchase, now, 'Issued')]
  },
  'resolve-advisory': (purchase, now) => {
    purchase.advisoryAt = null
    return [advisory(purchase, now, 'Resolved')]
  },
  notice: (purchase, now, { notice = 'renewal-upcoming' }) => [noticeEvent(purchase, now, notice)],
}

/** The time from the end of an agreement to License Deprovisioned. */
export const deprovisionAfterMs = 30_000

/** True if License Deprovisioned follows automatically. */
export function isFollowedByDeprovision(event: EventName): boolean {
  return ['renew', 'replace', 'cancel', 'expire'].includes(event)
}

/** When License Deprovisioned follows automatically; null if it does not. */
export function deprovisionAt({ state, endedAt }: Purchase): number | null {
  return endedAt === null || state === 'deprovisioned' ? null : endedAt + deprovisionAfterMs
}

/** The events that a purchase accepts in its state. */
export function acceptedEvents({ state, advisoryAt }: Purchase): readonly EventName[] {
  const rest: readonly EventName[] = [advisoryAt === null ? 'advise' : 'resolve-advisory', 'notice']
  if (state === 'pending') return ['activate', 'cancel', 'expire', 'deprovision', ...rest]
  if (state === 'active') return ['activate', 'amend', 'renew', 'replace', 'cancel', 'expire', 'deprovision', ...rest]
  return state === 'deprovisioned' ? [] : ['deprovision', ...rest]
}

/** Why a purchase does not accept an event; null if it does. */
export function rejectionOf(purchase: Purchase, event: EventName): string | null {
  const accepted = acceptedEvents(purchase)
  if (accepted.includes(event)) return null
  const rest = accepted.length === 0 ? 'it accepts no more events' : `it accepts: ${accepted.join(', ')}`
  return `The purchase is ${purchase.state}${purchase.advisoryAt === null ? '' : ' with an open advisory'}; ${rest}.`
}

function end(state: 'renewed' | 'replaced' | 'canceled' | 'expired', status: Purchase['agreementStatus']): Apply {
  return (purchase, now) => {
    purchase.state = state
    purchase.agreementStatus = status
    purchase.endedAt ??= now
    purchase.updatedAt = now
    return [ended(purchase, now)]
  }
}
