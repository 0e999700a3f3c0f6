import { accessDueAt, promiseBegins } from '../../domain/access.ts'
import type { ListedRegistration } from '../../domain/console-lists.ts'
import { productOf, type Products } from '../../domain/product.ts'
import type { Piece } from '../pages/moment.ts'
import { when } from './words.ts'

/** The current status of a registration, with its date. */
type Standing = {
  readonly name: 'unfinished' | 'waiting' | 'overdue' | 'ready' | 'ended'
  readonly text: string
  readonly since: { readonly label: string; readonly time: Piece }
}

export function standingOf(registration: ListedRegistration, products: Products, now: Date): Standing {
  const { registeredAt, readyAt, landedAt, productCode, hasEnded, startsAt } = registration
  if (hasEnded) return { name: 'ended', text: 'Subscription ended', since: { label: 'Landed', time: when(landedAt) } }
  if (readyAt !== null) return { name: 'ready', text: 'Ready', since: { label: 'Ready since', time: when(readyAt) } }
  if (registeredAt === null)
    return { name: 'unfinished', text: 'Did not finish', since: { label: 'Landed', time: when(landedAt) } }
  const due = accessDueAt(promiseBegins(registeredAt, startsAt), productOf(products, productCode).accessWithinHours)
  if (due <= now) return { name: 'overdue', text: 'Overdue', since: { label: 'Promised until', time: when(due) } }
  return { name: 'waiting', text: 'Waiting', since: { label: 'Promised until', time: when(due) } }
}
