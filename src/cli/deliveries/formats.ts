import type { ListedDelivery } from '../../store/delivery-list.ts'
import { table } from '../table.ts'
import { visible, visibleJson } from '../../domain/visible.ts'

const headings = ['ID', 'EVENT', 'RECEIVER', 'REFERENCE', 'STATE', 'ATTEMPTS', 'LAST (UTC)', 'DUE (UTC)', 'ERROR']

export function asTable(deliveries: readonly ListedDelivery[]): string {
  return table([headings, ...deliveries.map((delivery) => line(delivery).map(visible))])
}

export function asJson(deliveries: readonly ListedDelivery[]): string {
  return visibleJson(deliveries)
}

function line(delivery: ListedDelivery): readonly string[] {
  const { id, type, receiver, reference, state, attempts, dueAt, lastAttemptAt, lastError } = delivery
  const due = state === 'pending' ? second(dueAt) : '–'
  return [id, type, receiver, reference ?? '–', state, String(attempts), second(lastAttemptAt), due, lastError ?? '–']
}

function second(time: string | null): string {
  return time?.slice(0, 19).replace('T', ' ') ?? '–'
}
