import { fill } from '../../i18n/languages.ts'
import { alreadyConnected, connectedState, connectQuestion, handoffState } from './complete-handoff.ts'
import {
  nothing,
  registeredLead,
  signInLink,
  signInQuestion,
  type CompleteState,
  type StateInput,
} from './complete-state.ts'
import { supportLinks, type Link } from './frame.ts'
import { fillMoment, moment, plain } from './moment.ts'

/** The subscription has ended: no check mark and no handoff, but the support contact. */
export function endedState(input: StateInput, endedAt: Date): CompleteState {
  const { language, words, values } = input
  const { complete } = words
  return {
    ...nothing,
    tone: 'act',
    heading: complete.endedTitle,
    lead: fillMoment(complete.endedOn, values, ['date', moment(language, endedAt)]),
    lines: [...saved(input), [plain(complete.endedAsk)]],
    action: support(input),
    explanation: complete.endedAgain,
    aside: signInQuestion(input),
  }
}

/** Ready, connected, to be connected, starting later, promised, or late. */
export function accessState(input: StateInput): CompleteState {
  const { branding, registration, confirmation, progress, due, now } = input
  if (registration.readyAt !== null) return readyState(input, registration.readyAt)
  if (branding.handoffUrl !== null)
    return progress.connectedAt === null ? handoffState(input) : connectedState(input, progress.connectedAt)
  if (due <= now) return lateState(input)
  return promisedState(input, confirmation?.state === 'scheduled' ? [[plain(input.words.complete.scheduledNext)]] : [])
}

function readyState(input: StateInput, readyAt: Date): CompleteState {
  const { branding, language, registration, words, values } = input
  const { complete } = words
  const { readyUrl, readyMessage } = registration
  const logIn = branding.handoffUrl === null ? signInQuestion(input) : alreadyConnected(input)
  return {
    ...nothing,
    tone: 'done',
    heading: complete.readyTitle,
    lead: fillMoment(complete.readySince, values, ['date', moment(language, readyAt)]),
    lines: saved(input),
    message: readyMessage === null ? null : { title: fill(complete.readyMessage, values), text: readyMessage },
    action: readyUrl === null ? signInLink(input) : { href: readyUrl, text: fill(complete.readyOpen, values) },
    otherwise: connectQuestion(input),
    aside: readyUrl === null ? null : logIn,
  }
}

/** `before`: the steps until the subscription starts, if it starts later. */
function promisedState(input: StateInput, before: CompleteState['lines']): CompleteState {
  const { language, words, values, due } = input
  const { complete, layout } = words
  const time = moment(language, due)
  return {
    ...nothing,
    ...registered(input),
    next: {
      title: complete.nextTitle,
      steps: [
        ...before,
        fillMoment(complete.promisedBy, values, ['time', time]),
        fillMoment(complete.nextEmail, values, ['time', time]),
        [plain(complete.nextMissing)],
      ],
    },
    signIn: { title: layout.signIn, text: complete.signInText },
  }
}

/** The promised time has passed: shows the promise and the support contact, and does not claim that access exists. */
function lateState(input: StateInput): CompleteState {
  const { language, words, values, due } = input
  const { complete, layout } = words
  return {
    ...nothing,
    ...registered(input),
    tone: 'act',
    lines: [
      fillMoment(complete.late, values, ['time', moment(language, due)]),
      [plain(fill(complete.lateAsk, values))],
    ],
    action: support(input),
    signIn: { title: layout.signIn, text: complete.signInText },
  }
}

/** After a change, a line for the states whose heading is about something else. */
function saved(input: StateInput): CompleteState['lines'] {
  return input.typed === 'changed' ? [registeredLead(input)] : []
}

/** Common parts of the states without a handoff while access is not ready. */
function registered(input: StateInput): Pick<CompleteState, 'tone' | 'heading' | 'lead'> {
  const { complete } = input.words
  return {
    tone: 'done',
    heading: input.typed === 'changed' ? complete.savedTitle : complete.title,
    lead: registeredLead(input),
  }
}

function support({ branding, words, registration }: StateInput): Link | null {
  const [first] = supportLinks(branding, words, registration)
  return first === undefined ? null : { href: first.href, text: words.failure.contact }
}
