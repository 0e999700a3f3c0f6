import type { Branding } from '../../domain/product.ts'
import type { Confirmation } from '../../domain/confirmation.ts'
import type { Progress } from '../../domain/progress.ts'
import type { Registration } from '../../domain/registration.ts'
import { fill, type Catalogue, type Language } from '../../i18n/languages.ts'
import type { Link } from './frame.ts'
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
  readonly confirmation: Confirmation
  readonly progress: Progress
  readonly typed: Typed
  /** The promised time. */
  readonly due: Date
  readonly now: Date
}

/** What the last page says, in the order of the page. Null or empty where there is nothing. */
export type CompleteState = {
  /** `next`: the buyer has one more step. `act`: something is wrong. */
  readonly tone: 'done' | 'next' | 'act'
  readonly heading: string
  readonly lead: readonly Piece[]
  readonly lines: readonly (readonly Piece[])[]
  /** The next thing to do. */
  readonly action: Link | null
  /** What happens after the action. */
  readonly explanation: string | null
  /** A line for those to whom the action does not apply. */
  readonly otherwise: { readonly question: string; readonly link: Link } | null
  readonly message: { readonly title: string; readonly text: string } | null
  readonly handoff: { readonly title: string; readonly explanation: string; readonly link: Link } | null
  readonly next: { readonly title: string; readonly steps: readonly (readonly Piece[])[] } | null
  readonly signIn: { readonly title: string; readonly text: string | null } | null
}

/** A state without anything optional. */
export const nothing = {
  lines: [],
  action: null,
  explanation: null,
  otherwise: null,
  message: null,
  handoff: null,
  next: null,
  signIn: null,
} as const

/** What became of the registration, for states in which access is not ready. */
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

export function signInLink({ branding, words: { complete }, values }: StateInput): Link {
  return { href: branding.signInUrl, text: fill(complete.signIn, values) }
}
