import type { Request } from 'express'
import type { DomainEvent, Landed } from '../../domain/events.ts'
import { noteOutcome } from './outcome.ts'
import { customerFacts } from './session.ts'

const messages = {
  'registration.landed': 'landed',
  'registration.completed': 'registered',
  'registration.changed': 'contact details changed',
  'registration.unchanged': 'contact details sent again',
} as const satisfies Record<DomainEvent['type'], string>

/** Logs an event and sets it as the outcome of the request. */
export function logEvent(req: Request, event: DomainEvent): void {
  noteOutcome(req, event)
  // A form that changes nothing is no event for the seller.
  const type = event.type === 'registration.unchanged' ? undefined : event.type
  req.log.info({ event: type, ...eventFacts(event) }, messages[event.type])
}

function eventFacts(event: DomainEvent) {
  const { registration } = event
  const known = { reference: registration.reference, ...customerFacts(registration) }
  switch (event.type) {
    case 'registration.landed':
      return { ...known, status: registration.status, ...callFacts(event), failure: event.failure ?? undefined }
    case 'registration.completed':
    case 'registration.unchanged':
      return known
    case 'registration.changed':
      return { ...known, emailChanged: registration.contact?.email !== event.previous?.email }
  }
}

/** The log fields of the token and the call to AWS. */
export function callFacts({ tokenHash, resolution }: Landed) {
  return {
    tokenHash,
    awsRequestId: resolution?.awsRequestId,
    attempts: resolution?.attempts,
    durationMs: resolution?.durationMs,
  }
}
