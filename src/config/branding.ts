import { z } from 'zod'
import { optionalText, optionalWebAddress, text, webAddress, wholeNumber } from './fields.ts'

/** What the pages say of the product and its seller. */
export const brandingSettings = {
  PRODUCT_NAME: text('set it to the name of your product as buyers know it'),
  SELLER_NAME: text('set it to the name of your company as buyers know it'),
  SUPPORT_EMAIL: optionalText.regex(/^[^\s@]+@[^\s@]+$/, { error: 'must be an e-mail address' }).optional(),
  SUPPORT_URL: optionalWebAddress.optional(),
  SIGN_IN_URL: webAddress('set it to the address where customers who already have an account log in'),
  LISTING_URL: optionalWebAddress.optional(),
  PRIVACY_URL: optionalWebAddress.optional(),
  TERMS_URL: optionalWebAddress.optional(),
  LOGO_URL: z
    .union([z.string().regex(/^\/assets\/(?!.*\.\.)[\w./-]+$/), optionalWebAddress], {
      error: 'must be a web address, or /assets/NAME for a file that you put into public/',
    })
    .optional(),
  ACCENT_COLOR: optionalText
    .regex(/^#?[0-9a-f]{6}$/i, { error: 'must be a color such as 1a5fb4 or #1a5fb4' })
    // In a .env file an unquoted # begins a comment, so it may be left out.
    .transform((color) => (color.startsWith('#') ? color : `#${color}`))
    .optional(),
  ACCESS_WITHIN_HOURS: wholeNumber(24, 1, 720),
} as const

export type Branding = ReturnType<typeof branding>

export function branding(
  env: z.infer<z.ZodObject<typeof brandingSettings>> & { readonly HANDOFF_URL?: string | undefined },
) {
  return {
    productName: env.PRODUCT_NAME,
    sellerName: env.SELLER_NAME,
    supportEmail: env.SUPPORT_EMAIL ?? null,
    supportUrl: env.SUPPORT_URL ?? null,
    signInUrl: env.SIGN_IN_URL,
    listingUrl: env.LISTING_URL ?? null,
    privacyUrl: env.PRIVACY_URL ?? null,
    termsUrl: env.TERMS_URL ?? null,
    logoUrl: env.LOGO_URL ?? null,
    /** `#rrggbb`. Text gets a darker or lighter shade of it where it could not be read. */
    accentColor: env.ACCENT_COLOR ?? null,
    /** When at the latest a registered buyer hears from the seller. */
    accessWithinHours: env.ACCESS_WITHIN_HOURS,
    /** The last page leads on into the seller's application. */
    leadsOn: env.HANDOFF_URL !== undefined,
  }
}

export function brandingFaults({ SUPPORT_EMAIL, SUPPORT_URL }: Readonly<Record<string, string>>): readonly string[] {
  if (SUPPORT_EMAIL !== undefined || SUPPORT_URL !== undefined) return []
  return ['SUPPORT_EMAIL is missing: set it or SUPPORT_URL; AWS requires a support contact on the page']
}
