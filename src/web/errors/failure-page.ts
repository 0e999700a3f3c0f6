import type { Branding } from '../../domain/product.ts'
import type { ErrorCode } from '../../errors.ts'
import { catalogFor, namesIn, fill, type Catalog, type Language } from '../../i18n/languages.ts'
import { createFrame, link, supportLinks, type Link } from '../pages/frame.ts'
import { wayBack } from '../pages/marketplace.ts'
import { stateFields, type PageState, type Retry } from '../pages/page-state.ts'
import { referenceLine } from '../pages/reference-line.ts'
import { paths } from '../paths.ts'
import { asksForMessage, errorPage, offersRetry, type PageAction } from './error-pages.ts'

export type FailureInput = {
  readonly code: ErrorCode
  readonly status: number
  readonly reference: string
  /** The form that repeats the request, if that is useful. */
  readonly retry: Retry | null
  readonly retryAfterSeconds: number | null
  /** True if the request contained the form and this page does not keep its values. */
  readonly lostForm: boolean
  /** For a mail to support; null if not known. */
  readonly awsAccountId: string | null
}

type FailureSite = {
  /** The URL of the buyer's purchases in AWS Marketplace. */
  readonly purchasesUrl: string
  /** The host of `PUBLIC_URL`, as browsers show it. */
  readonly host: string
}

export function createFailure(
  branding: Branding,
  { purchasesUrl, host }: FailureSite,
): (language: Language, input: FailureInput) => object {
  const frame = createFrame(branding)
  const names = namesIn(branding)
  return (language, { code, reference, retry: given, retryAfterSeconds, lostForm, awsAccountId }) => {
    const words = catalogFor(language, branding)
    const { failure } = words
    const { tone, action } = errorPage(code)
    const sentences = words.failures[code]
    const retry = offersRetry(action) ? given : null
    const asks = asksForMessage(action)
    // `form-outdated` says it in its own sentences.
    const showsLost = lostForm && action !== 'continue'
    const shown: PageState = { page: 'failure', code, reference, retry, lostForm }
    const about = { reference, awsAccountId }
    const formId = retry?.method === 'post' ? 'retry-form' : null
    return {
      ...frame(language, { name: code, title: sentences.title, step: null, shown, formId, about }),
      heading: sentences.title,
      // No label for a missing page and for two purchases, because nobody has to act.
      tone: { name: tone, text: action === 'start' || action === 'continue' ? null : failure[tone] },
      purchase: fill(sentences.purchase, names),
      happened: fill(sentences.happened, names),
      lost: showsLost ? failure.lost : null,
      todo: { title: failure.todo, text: fill(sentences.todo, names) },
      retry: retry && {
        method: retry.method,
        action: retry.action,
        hidden: { ...retry.fields, ...stateFields(shown) },
        submit: failure.tryAgain,
        sending: words.layout.sending,
        wait: wait(language, words, retryAfterSeconds),
      },
      again: showsLost ? failure.again : null,
      meanwhile: retry && meanwhile(words, retry, lostForm ? 'lost' : 'kept'),
      still: failure.still,
      ask: asks ? ask(words, branding) : null,
      cookies: action === 'cookies' ? cookies(words, host) : null,
      // Without `Sec-Fetch-Site`, a blocked cookie cannot be distinguished from an ended session.
      comesBack:
        code === 'session-expired' ? { title: failure.comesBack, text: fill(failure.comesBackText, { host }) } : null,
      links: asks ? contact(words, supportLinks(branding, words, about)) : links(words, action),
      linksQuiet: action === 'retry-support',
      way: showsWayBack(action, retry)
        ? wayBack(words, { ...branding, purchasesUrl }, action === 'continue' ? 'second' : 'first')
        : null,
      reference: referenceLine(words, reference),
    }
  }
}

function showsWayBack(action: PageAction, retry: Retry | null): boolean {
  return ['marketplace', 'cookies', 'continue'].includes(action) || (offersRetry(action) && retry === null)
}

/** The sentence about closing the page. A token can be replaced by a new one, but typed values exist only on this page. */
function meanwhile({ failure }: Catalog, { method, action }: Retry, form: 'lost' | 'kept'): string {
  return method === 'post' && action === paths.registration && form === 'kept' ? failure.typed : failure.later
}

function ask({ failure }: Catalog, { supportEmail }: Branding): string {
  return supportEmail === null ? failure.tellUs : failure.emailUs
}

function links({ failure }: Catalog, action: PageAction): readonly Link[] {
  if (action === 'continue') return link(paths.registration, failure.continue)
  if (action === 'form') return link(paths.registration, failure.openForm)
  if (action === 'start') return link(paths.landing, failure.openStart)
  return []
}

/** One button: a mail to support, or the support page if there is no email address. */
function contact({ failure }: Catalog, [first]: readonly Link[]): readonly Link[] {
  return link(first?.href ?? null, failure.contact)
}

function cookies({ failure }: Catalog, host: string): object {
  return {
    label: failure.cookiesLabel,
    steps: [failure.cookiesSettings, fill(failure.cookiesAllow, { host }), failure.cookiesReturn],
  }
}

/** Above this, a countdown in seconds is not useful. */
const longestCountdown = 600

/** The time to wait. The page's script counts a short wait down. */
function wait(language: Language, { failure }: Catalog, seconds: number | null): object | null {
  if (seconds === null) return null
  const [unit, count] = seconds > longestCountdown ? ['hour', Math.ceil(seconds / 3600)] : ['second', seconds]
  const duration = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(count)
  return {
    text: fill(failure.waitFor, { duration }),
    countdown: unit === 'hour' ? null : { seconds, pattern: failure.waitFor, over: failure.waitOver },
  }
}
