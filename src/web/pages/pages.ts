import type { Response } from 'express'
import { awsLinks } from '../../domain/partition.ts'
import { productOf, type Product, type Products } from '../../domain/product.ts'
import type { Language } from '../../i18n/languages.ts'
import { createFailure, type FailureInput } from '../errors/failure-page.ts'
import { createComplete, type CompleteInput } from './complete.ts'
import { createRegistration, type RegistrationInput } from './registration.ts'
import { createStart, type StartInput } from './start.ts'

export type { Hidden, Retry } from './page-state.ts'
export type { RegistrationInput } from './registration.ts'

/** A page to send. The model contains all strings; the template only loops and tests. */
export type Page = {
  /** `data-page`: the name of the page, or the code of the failure. */
  readonly name: string
  readonly status: number
  readonly language: Language
  readonly template: string
  readonly model: object
}

export type Pages = {
  readonly start: (language: Language, open: StartInput) => Page
  /** Status 422 if a field is invalid or the page asks a question. */
  readonly registration: (language: Language, input: RegistrationInput) => Page
  readonly complete: (language: Language, input: CompleteInput) => Page
  readonly failure: (language: Language, input: FailureInput) => Page
}

export type Site = {
  /** Links to AWS follow its partition. */
  readonly region: string
  /** The host of `PUBLIC_URL`. */
  readonly origin: string
}

/** The pages of a product. For null or an unknown code they have the environment's branding. */
export type PagesFor = (productCode: string | null) => Pages

export function createPagesFor(products: Products, site: Site): PagesFor {
  const unknown = createPages(products.unknown, site)
  const known = new Map(products.all.map((product) => [product, createPages(product, site)]))
  return (productCode) => known.get(productOf(products, productCode)) ?? unknown
}

export function createPages(product: Product, { region, origin }: Site): Pages {
  const { purchases } = awsLinks(region)
  const start = createStart(product, purchases)
  const registration = createRegistration(product)
  const complete = createComplete(product)
  const failure = createFailure(product, { purchasesUrl: purchases, host: new URL(origin).host })
  return {
    start: (language, open) => ({
      name: 'start',
      status: 200,
      language,
      template: 'start',
      model: start(language, open),
    }),
    registration: (language, input) => ({
      name: 'registration',
      status: needsCorrection(input) ? 422 : 200,
      language,
      template: 'registration',
      model: registration(language, input),
    }),
    complete: (language, input) => ({
      name: 'complete',
      status: 200,
      language,
      template: 'complete',
      model: complete(language, input),
    }),
    failure: (language, input) => ({
      name: input.code,
      status: input.status,
      language,
      template: 'failure',
      model: failure(language, input),
    }),
  }
}

function needsCorrection({ suggestion, invalidFields, answers }: RegistrationInput): boolean {
  return suggestion !== null || Object.keys(invalidFields).length > 0 || answers.invalidFields.size > 0
}

/** Sends a page. Its language depends on the `Accept-Language` header. */
export function sendPage(res: Response, { status, language, template, model }: Page): void {
  res.status(status).set('Content-Language', language).vary('Accept-Language').render(template, model)
}
