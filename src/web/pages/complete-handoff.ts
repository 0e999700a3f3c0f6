import { fill } from '../../i18n/languages.ts'
import { paths } from '../paths.ts'
import { nothing, registeredLead, signInLink, type CompleteState, type StateInput } from './complete-state.ts'
import type { Link } from './frame.ts'
import { fillMoment, moment } from './moment.ts'

/** The buyer continues directly in the seller's application. */
export function handoffState(input: StateInput): CompleteState {
  const { complete, layout } = input.words
  return {
    ...nothing,
    tone: 'next',
    heading: complete.handoffTitle,
    lead: registeredLead(input),
    action: handoffLink(input),
    explanation: handoffExplanation(input),
    otherwise: {
      question: complete.alreadyConnected,
      link: { href: input.branding.signInUrl, text: layout.signIn },
    },
  }
}

/** The seller's application has redeemed a code. Whether the buyer then confirmed the account is not known here. */
export function connectedState(input: StateInput, connectedAt: Date): CompleteState {
  const { language, words, values, typed } = input
  const { complete, steps } = words
  const since = fillMoment(complete.connectedLead, values, ['date', moment(language, connectedAt)])
  return {
    ...nothing,
    tone: 'done',
    ...(typed === 'changed'
      ? { heading: complete.savedTitle, lead: registeredLead(input), lines: [since] }
      : { heading: complete.connectedTitle, lead: since }),
    action: signInLink(input),
    otherwise: { question: complete.notConnected, link: { href: paths.handoff, text: steps.connect } },
  }
}

/** For a buyer with ready access who has not connected an account. */
export function handoffCard(input: StateInput): CompleteState['handoff'] {
  const title = input.words.steps.connect
  return { title, explanation: handoffExplanation(input), link: handoffLink(input) }
}

function handoffExplanation({ words: { complete }, values }: StateInput): string {
  return fill(complete.handoffLink, values)
}

function handoffLink({ words: { complete }, values }: StateInput): Link {
  return { href: paths.handoff, text: fill(complete.handoffTo, values) }
}
