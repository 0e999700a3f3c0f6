import type { Subscription } from './subscription.ts'

/** The facts that link an agreement to the others of the same account. */
export type Member = Pick<Subscription, 'agreementId' | 'licenseId' | 'productCode' | 'productId' | 'state' | 'basis'>

/** The agreement that this one continues, and the first of the chain. Null if it continues no known agreement. */
export type Link = Pick<Subscription, 'previousAgreementId' | 'initialAgreementId'>

const dayMs = 24 * 60 * 60_000
const recentMs = 30 * dayMs

/**
 * Finds the agreement that each agreement of one account continues. AWS returns the previous agreement, or the first of the chain.
 * Events of a sale through a channel partner may contain neither. Then an agreement with the intent RENEW or REPLACE continues the
 * only other agreement of the same product that was active when it was made, or that ended as RENEWED or REPLACED in the 30 days
 * before.
 */
export function chainsOf(members: readonly Member[]): ReadonlyMap<string, Link> {
  const inOrder = [...members].sort(byAge)
  const previous = new Map(inOrder.map(({ agreementId, basis }) => [agreementId, basis.previousAgreementId]))
  const continued = new Set(previous.values())
  for (const [index, member] of inOrder.entries()) {
    if (!mustBeRecognized(member)) continue
    const candidates = inOrder
      .slice(0, index)
      .filter((other) => !continued.has(other.agreementId) && isContinuable(other, member))
    const [only, ...others] = candidates.map(({ agreementId }) => agreementId)
    if (only === undefined || others.length > 0) continue
    previous.set(member.agreementId, only)
    continued.add(only)
  }

  const named = new Map(inOrder.map(({ agreementId, basis }) => [agreementId, basis.initialAgreementId]))
  const initialOf = (agreementId: string, seen: readonly string[] = []): string | null => {
    const before = previous.get(agreementId) ?? null
    const initial = named.get(agreementId) ?? null
    if (initial !== null || before === null || seen.includes(before)) return initial
    return initialOf(before, [...seen, agreementId]) ?? before
  }
  return new Map(
    inOrder.map(({ agreementId }) => [
      agreementId,
      { previousAgreementId: previous.get(agreementId) ?? null, initialAgreementId: initialOf(agreementId) },
    ]),
  )
}

/** True for a renewal or a replacement, false for a new purchase. */
export function continuesAnother({
  agreementId,
  previousAgreementId,
  initialAgreementId,
}: Pick<Subscription, 'agreementId'> & Link): boolean {
  return previousAgreementId !== null || (initialAgreementId !== null && initialAgreementId !== agreementId)
}

function mustBeRecognized({ agreementId, basis }: Member): boolean {
  const { intent, isSoldByPartner, previousAgreementId, initialAgreementId } = basis
  if (!isSoldByPartner || (intent !== 'RENEW' && intent !== 'REPLACE')) return false
  return !continuesAnother({ agreementId, previousAgreementId, initialAgreementId })
}

function isContinuable(other: Member, { productCode, productId, basis }: Member): boolean {
  const isSameProduct =
    (productCode !== null && other.productCode === productCode) || (productId !== null && other.productId === productId)
  const wasActive = other.licenseId !== null && other.state !== 'pending' && other.state !== 'scheduled'
  if (!isSameProduct || !wasActive) return false
  const { closedAt } = other.basis
  const agreedAt = basis.agreedAt?.getTime() ?? 0
  if (closedAt === null || closedAt.getTime() > agreedAt) return true
  return other.state === 'superseded' && agreedAt - closedAt.getTime() <= recentMs
}

/** Sorts oldest first. At the same time (AWS has whole seconds), new agreements and ended ones come first. */
function byAge(a: Member, b: Member): number {
  const time = (date: Date | null) => date?.getTime() ?? Number.MAX_SAFE_INTEGER
  return (
    time(a.basis.agreedAt) - time(b.basis.agreedAt) ||
    Number(a.basis.intent !== 'NEW') - Number(b.basis.intent !== 'NEW') ||
    time(a.basis.closedAt) - time(b.basis.closedAt) ||
    (a.agreementId < b.agreementId ? -1 : 1)
  )
}
