import type { Branding } from '../../domain/product.ts'
import { accessDueAt } from '../../domain/access.ts'
import type { Confirmation } from '../../domain/confirmation.ts'
import type { Registration } from '../../domain/registration.ts'
import { catalogueFor, namesIn, fill, type Catalogue, type Language } from '../../i18n/languages.ts'
import { paths } from '../paths.ts'
import { fact } from './facts.ts'
import { createFrame, leaveForm } from './frame.ts'
import { maskedEmail } from './masked.ts'
import { fillMoment, moment, plain, type Piece } from './moment.ts'
import { referenceLine } from './reference-line.ts'

/** What this visit did: it registered, it changed the contact details, or, null, it only came back. */
export type Typed = 'registered' | 'changed' | null

export type CompleteInput = {
  readonly registration: Registration
  readonly confirmation: Confirmation
  readonly typed: Typed
  readonly now: Date
}

type Values = Readonly<Record<string, string>>

/**
 * The confirmation. Anybody in the AWS account who clicks at AWS again sees it, so the e-mail address is masked except for the
 * visit that typed it. What is promised for an hour is no longer said after that hour.
 */
export function createComplete(branding: Branding): (language: Language, input: CompleteInput) => object {
  const frame = createFrame(branding)
  const names = namesIn(branding)
  return (language, { registration, confirmation, typed, now }) => {
    const { reference, awsAccountId, contact, registeredAt } = registration
    const words = catalogueFor(language, branding)
    const { complete, registration: form } = words
    const address = contact === null ? null : typed === null ? maskedEmail(contact.email) : contact.email
    const values = { ...names, email: address ?? '•••' }
    const since = registeredAt === null ? null : moment(language, registeredAt)
    const due = registeredAt === null ? now : accessDueAt(registeredAt, branding.accessWithinHours)
    const promised = due > now ? moment(language, due) : null
    const access = () => {
      if (branding.handoffUrl !== null) return handedOff(words, values)
      return typed !== null && promised !== null ? waiting(words, values, promised) : returning(words, values, promised)
    }
    const heading = typed === 'changed' ? complete.savedTitle : complete.title
    return {
      ...frame(language, {
        name: 'complete',
        title: heading,
        step: 'done',
        shown: { page: 'complete' },
        formId: null,
        reference,
      }),
      heading,
      lead: lead(words, values, { typed, since }),
      confirmation: confirmation === null ? null : complete[confirmation],
      reference: referenceLine(words, reference),
      ...access(),
      signInLink: { href: branding.signInUrl, text: fill(complete.signIn, names) },
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
      leave: leaveForm(words),
    }
  }
}

type Since = { readonly typed: Typed; readonly since: Piece | null }

function lead({ complete }: Catalogue, values: Values, { typed, since }: Since): readonly Piece[] {
  if (typed === 'changed') return [plain(fill(complete.savedLead, values))]
  if (typed === 'registered' || since === null) return [plain(fill(complete.lead, values))]
  return fillMoment(complete.leadReturning, values, ['date', since])
}

/** With a handoff: the buyer goes straight to the seller's application. */
function handedOff({ complete, layout }: Catalogue, values: Values): object {
  const steps = [complete.handoffOpen, complete.handoffLink, complete.handoffMissing]
  return {
    access: null,
    next: null,
    handoff: {
      title: complete.handoffTitle,
      steps: steps.map((sentence) => fill(sentence, values)),
      href: paths.handoff,
      text: fill(complete.handoffTo, values),
    },
    signIn: { title: layout.signIn, text: null, trouble: null, quiet: true },
  }
}

/** For the visit that registered, while the seller prepares the access: first what happens next. */
function waiting({ complete, layout }: Catalogue, values: Values, promised: Piece): object {
  return {
    access: null,
    handoff: null,
    next: {
      title: complete.nextTitle,
      steps: [
        [plain(fill(complete.nextPrepare, values))],
        fillMoment(complete.nextEmail, values, ['time', promised]),
        [plain(complete.nextMissing)],
      ],
    },
    signIn: { title: layout.signIn, text: complete.signInText, trouble: null, quiet: true },
  }
}

/** For somebody who comes back: first the way in. */
function returning({ complete, layout }: Catalogue, values: Values, promised: Piece | null): object {
  return {
    access: promised === null ? [plain(complete.ready)] : fillMoment(complete.readyBy, {}, ['time', promised]),
    handoff: null,
    next: null,
    signIn: { title: layout.signIn, text: null, trouble: fill(complete.notReady, values), quiet: false },
  }
}
