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
import { fillMoment, moment, plain } from './moment.ts'

/** The buyer continues directly in the seller's application. */
export function handoffState(input: StateInput): CompleteState {
  const { complete } = input.words
  return {
    ...nothing,
    tone: 'next',
    heading: complete.handoffTitle,
    lead: registeredLead(input),
    action: { href: paths.handoff, text: fill(complete.handoffTo, input.values) },
    explanation: fill(complete.handoffLink, input.values),
    otherwise: [alreadyConnected(input)],
  }
}

/** For buyers who have connected their account. */
export function alreadyConnected({ branding, words: { complete, layout } }: StateInput): Alternative {
  return { question: complete.alreadyConnected, link: { href: branding.signInUrl, text: layout.signIn } }
}

/** The seller's application has redeemed a code. Whether the buyer then confirmed the account is not known here. */
export function connectedState(input: StateInput, connectedAt: Date): CompleteState {
  const { language, words, values, typed } = input
  const { complete, steps } = words
  const handedOver = fillMoment(complete.handedOver, values, ['date', moment(language, connectedAt)])
  const ifConfirmed = [plain(complete.ifConfirmed)]
  return {
    ...nothing,
    tone: 'done',
    ...(typed === 'changed'
      ? { heading: complete.savedTitle, lead: registeredLead(input), lines: [handedOver, ifConfirmed] }
      : { heading: complete.title, lead: handedOver, lines: [ifConfirmed] }),
    action: signInLink(input),
    otherwise: [{ question: complete.ifNot, link: { href: paths.handoff, text: steps.connect } }],
  }
}

/** The link to the handoff for a page with another action. Empty without a handoff. */
export function connectQuestion({ branding, words, values, progress }: StateInput): readonly Alternative[] {
  if (branding.handoffUrl === null) return []
  const { complete, steps } = words
  const [question, text] =
    progress.connectedAt === null
      ? [complete.notConnected, complete.connectFirst]
      : [fill(complete.notConfirmed, values), steps.connect]
  return [{ question, link: { href: paths.handoff, text } }]
}
