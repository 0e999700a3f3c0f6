import { advisory, amended, ended, type Envelope, licenseEvent } from './envelopes.ts'
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
] as const

export type Move = (typeof moveNames)[number]

type Make = (purchase: Purchase, now: number) => readonly Envelope[]

/** What changes, and the events that tell of it, in their order. */
export const moves: Readonly<Record<Move, Make>> = {
  activate: (purchase, now) => {
    purchase.activatedAt ??= now
    if (purchase.state === 'pending') purchase.state = 'active'
    purchase.updatedAt = now
    return [licenseEvent(purchase, now, 'Updated')]
  },
  amend: (purchase, now) => {
    purchase.seats += 5
    purchase.updatedAt = now
    return [amended(purchase, now), licenseEvent(purchase, now, 'Updated')]
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
}

/** Whether License Deprovisioned follows by itself. */
export function follows(move: Move): boolean {
  return ['renew', 'replace', 'cancel', 'expire'].includes(move)
}

export function refusal(purchase: Purchase, move: Move): string | null {
  const can = possible(purchase)
  if (can.includes(move)) return null
  const rest = can.length === 0 ? 'nothing more can happen to it' : `it can take: ${can.join(', ')}`
  return `The purchase is ${purchase.state}${purchase.advisoryAt === null ? '' : ' with an open advisory'}; ${rest}.`
}

/** What can happen to a purchase now. */
export function possible({ state, advisoryAt }: Purchase): readonly Move[] {
  const advice: Move = advisoryAt === null ? 'advise' : 'resolve-advisory'
  if (state === 'pending') return ['activate', 'cancel', 'expire', 'deprovision', advice]
  if (state === 'active') return ['activate', 'amend', 'renew', 'replace', 'cancel', 'expire', 'deprovision', advice]
  return state === 'deprovisioned' ? [] : ['deprovision', advice]
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
