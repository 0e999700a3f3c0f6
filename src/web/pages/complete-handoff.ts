import { fill } from '../../i18n/languages.ts'
import { paths } from '../paths.ts'
import {
  nothing,
  registeredLead,
  signInLink,
  type Alternative,
  type CompleteState,
  type StateInput,
} from './complete-state.ts'
import { fillMoment, moment } from './moment.ts'

/** The buyer continues directly in the seller's application. */
export function handoffState(input: StateInput): CompleteState {
  const { complete, layout } = input.words
  return {
    ...nothing,
    tone: 'next',
    heading: complete.handoffTitle,
    lead: registeredLead(input),
    action: { href: paths.handoff, text: fill(complete.handoffTo, input.values) },
    explanation: fill(complete.handoffLink, input.values),
    otherwise: [{ question: complete.alreadyConnected, link: { href: input.branding.signInUrl, text: layout.signIn } }],
  }
}

/** The seller's application has redeemed a code. Whether the buyer then confirmed the account is not known here. */
export function connectedState(input: StateInput, connectedAt: Date): CompleteState {
  const { language, words, values, typed } = input
  const { complete } = words
  return {
    ...nothing,
    tone: 'done',
    ...(typed === 'changed'
      ? { heading: complete.savedTitle, lead: registeredLead(input) }
      : {
          heading: fill(complete.connectedTitle, values),
          lead: fillMoment(complete.connectedLead, values, ['date', moment(language, connectedAt)]),
        }),
    action: signInLink(input),
    otherwise: connectQuestion(input),
  }
}

/** The link to the handoff for a page with another action. Empty without a handoff. */
export function connectQuestion({ branding, words, values, progress }: StateInput): readonly Alternative[] {
  if (branding.handoffUrl === null) return []
  const { complete, steps } = words
  const question = progress.connectedAt === null ? complete.notConnected : complete.notConfirmed
  return [{ question: fill(question, values), link: { href: paths.handoff, text: steps.connect } }]
}
