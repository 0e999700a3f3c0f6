import { type Amendment, advisory, amended, ended, type Envelope, licenseEvent } from './envelopes.ts'
import { type Notice, noticeEvent } from './notices.ts'
import type { Purchase } from './purchase.ts'

export const moveNames = [
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

export type Move = (typeof moveNames)[number]

/** What `amend` changes, and which event `notice` sends. */
export type MoveDetails = Amendment & { readonly notice?: Notice | undefined }

type Make = (purchase: Purchase, now: number, details: MoveDetails) => readonly Envelope[]

/** Changes the purchase and returns the events that AWS sends about it, in order. */
export const moves: Readonly<Record<Move, Make>> = {
  activate: (purchase, now) => {
    purchase.activatedAt ??= now
    if (purchase.state === 'pending') purchase.state = 'active'
    purchase.updatedAt = now
    return [licenseEvent(purchase, now, 'Updated')]
  },
  amend: (purchase, now, { endTime, autoRenewal }) => {
    const isRenewalOnly = autoRenewal !== undefined && endTime === undefined
    if (autoRenewal !== undefined) purchase.autoRenewal = autoRenewal
    if (endTime !== undefined) purchase.endsAt = endTime
    if (autoRenewal === undefined && endTime === undefined) purchase.seats += 5
    purchase.updatedAt = now
    const event = amended(purchase, now, { endTime, autoRenewal })
    // Switching auto-renewal does not change the license.
    return isRenewalOnly ? [event] : [event, licenseEvent(purchase, now, 'Updated')]
  },
  renew: ending('renewed', 'RENEWED'),
  replace: ending('replaced', 'REPLACED'),
  cancel: ending('canceled', 'CANCELLED'),
  expire: ending('expired', 'EXPIRED'),
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

/** Whether License Deprovisioned follows without a request. */
export function follows(move: Move): boolean {
  return ['renew', 'replace', 'cancel', 'expire'].includes(move)
}

export function refusal(purchase: Purchase, move: Move): string | null {
  const can = possible(purchase)
  if (can.includes(move)) return null
  const rest = can.length === 0 ? 'it accepts no event any more' : `it accepts: ${can.join(', ')}`
  return `The purchase is ${purchase.state}${purchase.advisoryAt === null ? '' : ' with an open advisory'}; ${rest}.`
}

/** What can happen to a purchase now. */
export function possible({ state, advisoryAt }: Purchase): readonly Move[] {
  const rest: readonly Move[] = [advisoryAt === null ? 'advise' : 'resolve-advisory', 'notice']
  if (state === 'pending') return ['activate', 'cancel', 'expire', 'deprovision', ...rest]
  if (state === 'active') return ['activate', 'amend', 'renew', 'replace', 'cancel', 'expire', 'deprovision', ...rest]
  return state === 'deprovisioned' ? [] : ['deprovision', ...rest]
}

function ending(state: 'renewed' | 'replaced' | 'canceled' | 'expired', status: Purchase['agreementStatus']): Make {
  return (purchase, now) => {
    purchase.state = state
    purchase.agreementStatus = status
    purchase.endedAt ??= now
    purchase.updatedAt = now
    return [ended(purchase, now)]
  }
}
