import type { Branding } from '../../domain/product.ts'
import { accessDueAt, promiseBegins } from '../../domain/access.ts'
import type { Confirmation } from '../../domain/confirmation.ts'
import type { Progress } from '../../domain/progress.ts'
import type { Registration } from '../../domain/registration.ts'
import { catalogFor, fill, namesIn, type Language } from '../../i18n/languages.ts'
import { paths } from '../paths.ts'
import type { StateInput, Typed } from './complete-state.ts'
import { accessState, endedState } from './complete-states.ts'
import { fact } from './facts.ts'
import { createFrame, leaveForm } from './frame.ts'
import { maskedEmail } from './masked.ts'
import { fillMoment, moment, plain } from './moment.ts'
import { referenceLine } from './reference-line.ts'

export type CompleteInput = {
  readonly registration: Registration
  readonly confirmation: Confirmation
  readonly progress: Progress
  readonly typed: Typed
  readonly now: Date
}

/**
 * The last page. It shows whether the subscription has ended, whether access is ready, and the promised time. Everyone in the AWS
 * account can open it, so only the session that typed the email address sees it unmasked.
 */
export function createComplete(branding: Branding): (language: Language, input: CompleteInput) => object {
  const frame = createFrame(branding)
  const names = namesIn(branding)
  return (language, { registration, confirmation, progress, typed, now }) => {
    const { reference, awsAccountId, contact, registeredAt } = registration
    const words = catalogFor(language, branding)
    const { complete, registration: form } = words
    const address = contact === null ? null : typed === null ? maskedEmail(contact.email) : contact.email
    const since = registeredAt === null ? null : moment(language, registeredAt)
    const input: StateInput = {
      branding,
      language,
      words,
      registration,
      confirmation,
      progress,
      typed,
      now,
      values: { ...names, email: address ?? '•••' },
      due:
        registeredAt === null
          ? now
          : accessDueAt(promiseBegins(registeredAt, startOf(confirmation)), branding.accessWithinHours),
    }
    const isEnded = confirmation?.state === 'ended'
    const isToConnect = branding.handoffUrl !== null && progress.connectedAt === null && registration.readyAt === null
    const state = isEnded ? endedState(input, confirmation.endedAt) : accessState(input)
    return {
      ...frame(language, {
        name: 'complete',
        title: state.heading,
        step: isEnded ? null : isToConnect ? 'connect' : 'done',
        shown: { page: 'complete' },
        formId: null,
        about: registration,
      }),
      ...state,
      sent: progress.isMailed && !isEnded ? fill(complete.sent, input.values) : null,
      confirmation: confirmation === null ? null : confirmationLine(input, confirmation),
      reference: referenceLine(words, reference),
      details: {
        title: complete.details,
        facts: [
          ...(branding.productName === null ? [] : [fact(form.product, branding.productName)]),
          fact(form.account, awsAccountId),
          ...(address === null ? [] : [fact(complete.email, address)]),
          ...(since === null ? [] : [fact(complete.date, since)]),
        ],
      },
      change: { href: paths.registration, text: complete.change },
      signInLink: { href: branding.signInUrl, text: fill(complete.signIn, names) },
      leave: leaveForm(words),
    }
  }
}

function startOf(confirmation: Confirmation): Date | null {
  return confirmation?.state === 'confirmed' || confirmation?.state === 'scheduled' ? confirmation.startsAt : null
}

/** The page's script reloads while AWS's confirmation is pending. */
function confirmationLine({ language, words, values }: StateInput, confirmation: NonNullable<Confirmation>) {
  const { complete } = words
  const { state } = confirmation
  switch (state) {
    case 'scheduled':
      return { state, pieces: fillMoment(complete.startsOn, values, ['date', moment(language, confirmation.startsAt)]) }
    case 'ended':
      return null
    case 'confirmed':
    case 'awaited':
      return { state, pieces: [plain(complete[state])] }
  }
}
