import type { z } from 'zod'
import { marketplaceRegions } from '../aws/regions.ts'
import { list, optionalText, wholeNumber } from './fields.ts'

/** How ResolveCustomer is called, and for which products. */
export const marketplaceSettings = {
  PRODUCT_CODES: list(
    'set it to the product code that AWS Marketplace shows for your listing; several with commas between',
  ),
  MARKETPLACE_REGION: optionalText.default('us-east-1').refine((region) => marketplaceRegions.includes(region), {
    error: ({ input }) =>
      `${String(input)} does not offer ResolveCustomer; use us-east-1 unless your product is integrated elsewhere`,
  }),
  MARKETPLACE_ROLE_ARN: optionalText
    .regex(/^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, {
      error: 'must be a role ARN such as arn:aws:iam::111122223333:role/NAME',
    })
    .optional(),
  MARKETPLACE_ROLE_EXTERNAL_ID: optionalText.optional(),
  MARKETPLACE_DEADLINE_MS: wholeNumber(8000, 100, 60_000),
} as const

export function marketplace(env: z.infer<z.ZodObject<typeof marketplaceSettings>>) {
  const { MARKETPLACE_ROLE_ARN: arn, MARKETPLACE_ROLE_EXTERNAL_ID: externalId = null } = env
  return {
    productCodes: env.PRODUCT_CODES,
    marketplace: {
      region: env.MARKETPLACE_REGION,
      deadlineMs: env.MARKETPLACE_DEADLINE_MS,
      role: arn === undefined ? null : { arn, externalId },
    },
  }
}

export function marketplaceFaults(given: Readonly<Record<string, string>>): readonly string[] {
  const { MARKETPLACE_ROLE_ARN, MARKETPLACE_ROLE_EXTERNAL_ID } = given
  if (MARKETPLACE_ROLE_EXTERNAL_ID === undefined || MARKETPLACE_ROLE_ARN !== undefined) return []
  return ['MARKETPLACE_ROLE_EXTERNAL_ID is set without MARKETPLACE_ROLE_ARN: set the role too, or remove it']
}
