import { z } from 'zod'
import { errorCodes, type ErrorCode } from '../../errors.ts'
import { paths } from '../paths.ts'
import { languages, type Language } from '../../i18n/languages.ts'

export type Hidden = Readonly<Record<string, string>>

/** A form that repeats the request. */
export type Retry = { readonly method: 'get' | 'post'; readonly action: string; readonly fields: Hidden }

/** The state of a page. The language buttons submit it, so that the page can be shown in another language. */
export type PageState =
  | { readonly page: 'start' | 'registration' | 'complete' }
  | {
      readonly page: 'failure'
      readonly code: ErrorCode
      readonly reference: string
      readonly retry: Retry | null
      /** See `FailureInput`. */
      readonly lostForm: boolean
    }

/** The page state as hidden fields, without the fields of a retry. No field of a seller can have a hyphen in its name. */
export function stateFields(shown: PageState): Hidden {
  if (shown.page !== 'failure') return { page: shown.page }
  const { page, code, reference, retry, lostForm } = shown
  return {
    page,
    code,
    'failure-reference': reference,
    ...(retry === null ? {} : { 'failure-retry': `${retry.method} ${retry.action}` }),
    ...(lostForm ? { 'failure-lost': 'form' } : {}),
  }
}

const retryTargets = ['get', 'post'].flatMap((method) =>
  [paths.landing, paths.registration, paths.complete, paths.handoff, paths.leave].map((path) => `${method} ${path}`),
)

const anyState = z.discriminatedUnion('page', [
  z.object({ page: z.enum(['start', 'registration', 'complete']) }),
  z.object({
    page: z.literal('failure'),
    code: z.enum(errorCodes),
    'failure-reference': z.string().regex(/^[\w-]{1,64}$/),
    'failure-retry': z.enum(retryTargets).optional(),
    'failure-lost': z.literal('form').optional(),
  }),
])
const anySwitch = z.object({ language: z.enum(languages) })
const stateNames: ReadonlySet<string> = new Set([
  'language',
  'page',
  'code',
  'failure-reference',
  'failure-retry',
  'failure-lost',
])

/** Parses the body of `POST /language`: the language, and the page to show again. Null when it is not one of our forms. */
export function parseSwitch(body: unknown): { readonly language: Language; readonly shown: PageState } | null {
  const choice = anySwitch.safeParse(body)
  const shown = anyState.safeParse(body)
  if (!choice.success || !shown.success) return null
  const { language } = choice.data
  if (shown.data.page !== 'failure') return { language, shown: shown.data }
  const { page, code, 'failure-reference': reference, 'failure-retry': target, 'failure-lost': lost } = shown.data
  return { language, shown: { page, code, reference, retry: retryOf(target, body), lostForm: lost !== undefined } }
}

function retryOf(target: string | undefined, body: unknown): Retry | null {
  if (target === undefined) return null
  const [method, action = ''] = target.split(' ')
  return { method: method === 'get' ? 'get' : 'post', action, fields: otherFields(body) }
}

const anyForm = z.record(z.string(), z.unknown()).catch({})

/** The fields of a form without those of the language buttons. Fields with several values are left out. */
export function otherFields(body: unknown): Hidden {
  const fields = Object.entries(anyForm.parse(body)).flatMap(([name, value]) =>
    typeof value === 'string' && !stateNames.has(name) ? [[name, value] as const] : [],
  )
  return Object.fromEntries(fields)
}
