import type { Branding } from '../../domain/product.ts'
import type { Registration } from '../../domain/registration.ts'
import { fill, type Catalogue, type Language } from '../../i18n/languages.ts'
import { paths } from '../paths.ts'
import { supportLinks, type Link } from './frame.ts'
import { fillMoment, moment, plain, type Piece } from './moment.ts'

/** What this session did: it registered, it changed the contact details, or, null, it only came back. */
export type Typed = 'registered' | 'changed' | null

export type StateInput = {
  readonly branding: Branding
  readonly language: Language
  readonly words: Catalogue
  /** For `fill`: the names, and the e-mail address, masked where it must be. */
  readonly values: Readonly<Record<string, string>>
  readonly registration: Registration
  readonly typed: Typed
  /** The promised time. */
  readonly due: Date
  readonly now: Date
}

/** What the last page says, in the order of the page. Null where there is nothing. */
export type CompleteState = {
  readonly tone: 'done' | 'act'
  readonly heading: string
  readonly lead: readonly Piece[]
  readonly lines: readonly (readonly Piece[])[]
  readonly message: { readonly title: string; readonly text: string } | null
  /** The next thing to do. */
  readonly action: Link | null
  readonly handoff: { readonly title: string; readonly steps: readonly string[]; readonly link: Link } | null
  readonly next: { readonly title: string; readonly steps: readonly (readonly Piece[])[] } | null
  readonly signIn: { readonly title: string; readonly text: string | null } | null
}

const nothing = { message: null, action: null, handoff: null, next: null } as const

/** The subscription has ended: no tick, no handoff, and whom to ask. */
export function endedState(input: StateInput, endedAt: Date): CompleteState {
  const { language, words, values } = input
  const { complete, layout } = words
  return {
    ...nothing,
    tone: 'act',
    heading: complete.endedTitle,
    lead: fillMoment(complete.endedOn, values, ['date', moment(language, endedAt)]),
    lines: [[plain(complete.endedAsk)]],
    action: support(input),
    signIn: { title: layout.signIn, text: null },
  }
}

/** Ready, handed off, promised, or late. */
export function accessState(input: StateInput): CompleteState {
  const { branding, registration, due, now } = input
  if (registration.readyAt !== null) return readyState(input, registration.readyAt)
  if (branding.handoffUrl !== null) return handoffState(input)
  return due > now ? promisedState(input) : lateState(input)
}

function readyState(input: StateInput, readyAt: Date): CompleteState {
  const { branding, language, registration, words, values } = input
  const { complete, layout } = words
  const { readyUrl, readyMessage } = registration
  return {
    ...nothing,
    tone: 'done',
    heading: complete.readyTitle,
    lead: fillMoment(complete.readySince, values, ['date', moment(language, readyAt)]),
    lines: [],
    message: readyMessage === null ? null : { title: fill(complete.readyMessage, values), text: readyMessage },
    action:
      readyUrl === null
        ? { href: branding.signInUrl, text: fill(complete.signIn, values) }
        : { href: readyUrl, text: fill(complete.readyOpen, values) },
    handoff: branding.handoffUrl === null ? null : handoffCard(input),
    signIn: readyUrl === null ? null : { title: layout.signIn, text: null },
  }
}

/** The buyer goes straight to the seller's application, and waits for nobody. */
function handoffState(input: StateInput): CompleteState {
  const { words } = input
  return {
    ...nothing,
    ...registered(input),
    handoff: handoffCard(input),
    signIn: { title: words.layout.signIn, text: null },
  }
}

function handoffCard({ words: { complete }, values }: StateInput): CompleteState['handoff'] {
  const steps = [complete.handoffOpen, complete.handoffLink, complete.handoffMissing]
  return {
    title: complete.handoffTitle,
    steps: steps.map((sentence) => fill(sentence, values)),
    link: { href: paths.handoff, text: fill(complete.handoffTo, values) },
  }
}

function promisedState(input: StateInput): CompleteState {
  const { language, words, values, due } = input
  const { complete, layout } = words
  const time = moment(language, due)
  return {
    ...nothing,
    ...registered(input),
    next: {
      title: complete.nextTitle,
      steps: [
        fillMoment(complete.promisedBy, values, ['time', time]),
        fillMoment(complete.nextEmail, values, ['time', time]),
        [plain(complete.nextMissing)],
      ],
    },
    signIn: { title: layout.signIn, text: complete.signInText },
  }
}

/** The promised time has passed. What was promised, and whom to ask: never that access should be there. */
function lateState(input: StateInput): CompleteState {
  const { language, words, values, due } = input
  const { complete, layout } = words
  return {
    ...nothing,
    ...registered(input),
    lines: [fillMoment(complete.late, values, ['time', moment(language, due)]), [plain(complete.lateAsk)]],
    action: support(input),
    signIn: { title: layout.signIn, text: complete.signInText },
  }
}

/** What every state says about the registration while access is not ready. */
function registered(input: StateInput): Pick<CompleteState, 'tone' | 'heading' | 'lead' | 'lines'> {
  const { branding, language, words, values, registration, typed } = input
  const { complete } = words
  const since = registration.registeredAt
  const lead = () => {
    if (typed === 'changed') return [plain(fill(complete.savedLead, values))]
    if (typed === 'registered' || since === null) return [plain(fill(complete.lead, values))]
    return fillMoment(complete.leadReturning, values, ['date', moment(language, since)])
  }
  return {
    tone: 'done',
    heading: typed === 'changed' ? complete.savedTitle : complete.title,
    lead: lead(),
    lines: branding.mailsBuyer && typed !== null ? [[plain(fill(complete.sent, values))]] : [],
  }
}

function support({ branding, words, registration }: StateInput): Link | null {
  const [first] = supportLinks(branding, words, registration.reference)
  return first === undefined ? null : { href: first.href, text: words.failure.contact }
}
