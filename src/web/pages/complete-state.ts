import type { Branding } from '../../domain/product.ts'
import type { Confirmation } from '../../domain/confirmation.ts'
import type { Progress } from '../../domain/progress.ts'
import type { Registration } from '../../domain/registration.ts'
import { fill, type Catalog, type Language } from '../../i18n/languages.ts'
import type { Link } from './frame.ts'
import { fillMoment, moment, plain, type Piece } from './moment.ts'

/** The last action of this session: registered or changed the contact details; null if it only returned. */
export type Typed = 'registered' | 'changed' | null

export type StateInput = {
  readonly branding: Branding
  readonly language: Language
  readonly words: Catalog
  /** Values for `fill`: the names, and the email address, masked if necessary. */
  readonly values: Readonly<Record<string, string>>
  readonly registration: Registration
  readonly confirmation: Confirmation
  readonly progress: Progress
  readonly typed: Typed
  /** The promised time. */
  readonly due: Date
  readonly now: Date
}

/** The content of the last page, in the order of the page. Null or empty for absent parts. */
export type CompleteState = {
  /** `next`: the buyer has one more step. `act`: something is wrong. */
  readonly tone: 'done' | 'next' | 'act'
  readonly heading: string
  readonly lead: readonly Piece[]
  readonly lines: readonly (readonly Piece[])[]
  /** The next thing to do. */
  readonly action: Link | null
  /** A sentence below the action. */
  readonly explanation: string | null
  /** Lines for buyers to whom the action does not apply. */
  readonly otherwise: readonly Alternative[]
  /** The log-in for buyers who need none of the above. */
  readonly aside: Alternative | null
  readonly message: { readonly title: string; readonly text: string } | null
  readonly next: { readonly title: string; readonly steps: readonly (readonly Piece[])[] } | null
  /** The log-in for the time after the current state. */
  readonly signIn: { readonly title: string; readonly text: string } | null
}

/** A question, and the link for buyers who answer it with yes. */
export type Alternative = { readonly question: string; readonly link: Link }

/** A state without optional parts. */
export const nothing = {
  lines: [],
  action: null,
  explanation: null,
  otherwise: [],
  aside: null,
  message: null,
  next: null,
  signIn: null,
} as const

/** The heading for states in which access is not ready. */
export function registeredLead({
  language,
  words: { complete },
  values,
  registration,
  typed,
}: StateInput): readonly Piece[] {
  const since = registration.registeredAt
  if (typed === 'changed') return [plain(fill(complete.savedLead, values))]
  if (typed === 'registered' || since === null) return [plain(fill(complete.lead, values))]
  return fillMoment(complete.leadReturning, values, ['date', moment(language, since)])
}

/** For buyers with an account. */
export function signInQuestion({ branding, words: { layout } }: StateInput): Alternative {
  return { question: layout.signInQuestion, link: { href: branding.signInUrl, text: layout.signIn } }
}

export function signInLink({ branding, words: { complete }, values }: StateInput): Link {
  return { href: branding.signInUrl, text: fill(complete.signIn, values) }
}
