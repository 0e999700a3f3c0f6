import { accessDueAt, promiseBegins } from '../../domain/access.ts'
import type { ListedRegistration } from '../../domain/console-lists.ts'
import { productOf, type Products } from '../../domain/product.ts'
import type { Piece } from '../pages/moment.ts'
import { when } from './words.ts'

/** The current status of a registration, with its date. */
type Standing = {
  readonly name: 'unfinished' | 'waiting' | 'overdue' | 'ready' | 'ending' | 'ended'
  readonly text: string
  readonly since: { readonly label: string; readonly time: Piece }
}

export function standingOf(registration: ListedRegistration, products: Products, now: Date): Standing {
  const { registeredAt, readyAt, landedAt, productCode, hasEnded, isEnding } = registration
  if (hasEnded) return { name: 'ended', text: 'Subscription ended', since: { label: 'Landed', time: when(landedAt) } }
  if (readyAt !== null) return { name: 'ready', text: 'Ready', since: { label: 'Ready since', time: when(readyAt) } }
  const due = dueOf(registration, products)
  if (registeredAt === null || due === null)
    return { name: 'unfinished', text: 'Did not finish', since: { label: 'Landed', time: when(landedAt) } }
  const registered = { label: 'Registered', time: when(registeredAt) }
  if (isEnding) return { name: 'ending', text: 'Subscription ending', since: registered }
  // With a handoff, the last page promises no time.
  const isPromised = productOf(products, productCode).handoffUrl === null
  const since = isPromised ? { label: 'Promised by', time: when(due) } : registered
  return due <= now ? { name: 'overdue', text: 'Overdue', since } : { name: 'waiting', text: 'Waiting', since }
}

/** The end of the promised time; null before the registration. */
export function dueOf({ registeredAt, startsAt, productCode }: ListedRegistration, products: Products): Date | null {
  if (registeredAt === null) return null
  return accessDueAt(promiseBegins(registeredAt, startsAt), productOf(products, productCode).accessWithinHours)
}
