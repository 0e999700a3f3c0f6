import type { z } from 'zod'
import type { Branding } from '../domain/product.ts'
import { optionalText, text, wholeNumber, without } from './fields.ts'
import { link, optionalLink, urlError } from './urls.ts'

/** The names and links of the product and its seller for pages and mails. */
export const brandingSettings = {
  PRODUCT_NAME: optionalText.optional(),
  SELLER_NAME: text('set it to the name of your company as buyers know it'),
  SUPPORT_EMAIL: optionalText.regex(/^[^\s@]+@[^\s@]+$/, { error: 'must be one email address' }).optional(),
  SUPPORT_URL: optionalLink,
  SIGN_IN_URL: link('set it to the address where customers who already have an account log in'),
  LISTING_URL: optionalLink,
  PRIVACY_URL: optionalLink,
  TERMS_URL: optionalLink,
  LOGO_URL: optionalText.superRefine(without(logoError)).optional(),
  ACCENT_COLOR: optionalText
    .regex(/^#?[0-9a-f]{6}$/i, { error: 'must be a color such as 1a5fb4 or #1a5fb4' })
    // The # is optional, because in a .env file an unquoted # begins a comment.
    .transform((color) => (color.startsWith('#') ? color : `#${color}`))
    .optional(),
  ACCESS_WITHIN_HOURS: wholeNumber(24, 1, 720),
} as const

type BrandingVariables = z.infer<z.ZodObject<typeof brandingSettings>> & {
  readonly HANDOFF_URL?: string | undefined
  readonly MAIL_URL?: unknown
}

export function branding(env: BrandingVariables): Branding {
  return {
    productName: env.PRODUCT_NAME ?? null,
    sellerName: env.SELLER_NAME,
    supportEmail: env.SUPPORT_EMAIL ?? null,
    supportUrl: env.SUPPORT_URL ?? null,
    signInUrl: env.SIGN_IN_URL,
    listingUrl: env.LISTING_URL ?? null,
    privacyUrl: env.PRIVACY_URL ?? null,
    termsUrl: env.TERMS_URL ?? null,
    logoUrl: env.LOGO_URL ?? null,
    accentColor: env.ACCENT_COLOR ?? null,
    accessWithinHours: env.ACCESS_WITHIN_HOURS,
    mailsBuyer: env.MAIL_URL !== undefined,
    handoffUrl: env.HANDOFF_URL ?? null,
  }
}

export function brandingErrors({ SUPPORT_EMAIL, SUPPORT_URL }: Readonly<Record<string, string>>): readonly string[] {
  if (SUPPORT_EMAIL !== undefined || SUPPORT_URL !== undefined) return []
  return ['SUPPORT_EMAIL is missing: set it or SUPPORT_URL; AWS requires a support contact on the page']
}

function logoError(logo: string): string | null {
  if (/^\/assets\/(?!.*\.\.)[\w./-]+$/.test(logo)) return null
  if (logo.startsWith('/')) return 'must be /assets/NAME for a file in public/, or a web address'
  return urlError(logo, ['path', 'query', 'fragment'])
}
