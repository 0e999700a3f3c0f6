import { join } from 'node:path'
import express from 'express'
import type { Product } from '../../src/domain/product.ts'
import type { Registration } from '../../src/domain/registration.ts'
import { noValues } from '../../src/domain/contact.ts'
import type { FailureInput } from '../../src/web/errors/failure-page.ts'
import type { CompleteInput } from '../../src/web/pages/complete.ts'
import { createPages, type Page, type Pages, type RegistrationInput, type Site } from '../../src/web/pages/pages.ts'

const site = express()
site.set('views', join(import.meta.dirname, '../../views'))
site.set('view engine', 'ejs')
site.enable('view cache')

/** The HTML of a page. */
export function render({ template, model }: Page): Promise<string> {
  return new Promise((resolve, reject) => {
    site.render(template, model, (error: unknown, html) => {
      if (error instanceof Error) reject(error)
      else resolve(html)
    })
  })
}

export const aBranding = {
  productName: 'Northwind Insights',
  sellerName: 'Northwind Analytics GmbH',
  supportEmail: 'support@northwind.example',
  supportUrl: 'https://northwind.example/support',
  signInUrl: 'https://app.northwind.example/login',
  listingUrl: 'https://aws.amazon.com/marketplace/pp/prodview-example',
  privacyUrl: 'https://northwind.example/privacy',
  termsUrl: 'https://northwind.example/terms',
  logoUrl: null,
  accentColor: null,
  accessWithinHours: 24,
  mailsBuyer: true,
  handoffUrl: null,
  key: null,
  listings: [{ productCode: 'product-code', productId: null }],
  phone: 'optional',
  fields: [],
  notifyEmail: [],
} as const satisfies Product

const aSite: Site = { region: 'us-east-1', origin: 'https://register.northwind.example' }

export function pagesOf(overrides: Partial<Product> = {}, site: Partial<Site> = {}): Pages {
  return createPages({ ...aBranding, ...overrides }, { ...aSite, ...site })
}

export function aRegistration(overrides: Partial<Registration> = {}): Registration {
  const at = new Date('2026-11-23T15:42:00Z')
  return {
    id: '7d7a2b3c-0000-4000-8000-000000000001',
    reference: '7K3M-9QXW-2PAB',
    status: 'registered',
    productCode: 'product-code',
    awsAccountId: '012345678901',
    licenseArn: 'arn:aws:license-manager::294406891311:license:l-0123456789abcdef',
    customerIdentifier: null,
    offerType: null,
    claimedAgreementId: null,
    claimedProductId: null,
    contact: { email: 'jane.doe@example.com', name: 'Jane Doe', company: 'Example Buyer', phone: '+1 206 555 0100' },
    fields: {},
    fieldLabels: {},
    language: 'en',
    landedAt: at,
    lastLandedAt: at,
    registeredAt: at,
    readyAt: null,
    readyBy: null,
    readyUrl: null,
    readyMessage: null,
    updatedAt: at,
    ...overrides,
  }
}

/** The form of a new buyer. */
export function aForm(overrides: Partial<RegistrationInput> = {}): RegistrationInput {
  const registration = aRegistration({ status: 'landed', contact: null, registeredAt: null })
  return {
    registration,
    typed: false,
    values: noValues,
    invalidFields: {},
    answers: { values: {}, invalidFields: new Map() },
    suggestion: null,
    asked: null,
    ...overrides,
  }
}

/** The last page directly after the form, with a pending mail. */
export function aCompletion(overrides: Partial<CompleteInput> = {}): CompleteInput {
  return {
    registration: aRegistration(),
    confirmation: null,
    progress: { isMailed: true, connectedAt: null },
    typed: 'registered',
    now: new Date('2026-11-23T15:42:10Z'),
    ...overrides,
  }
}

export function aFailure(input: Pick<FailureInput, 'code' | 'status'> & Partial<FailureInput>): FailureInput {
  return {
    reference: '6b1f0c2e-9d5a-4d7b-8f3e-2a1c5e7d9b04',
    retry: null,
    retryAfterSeconds: null,
    lostForm: false,
    awsAccountId: null,
    ...input,
  }
}
