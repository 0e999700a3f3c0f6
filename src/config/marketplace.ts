import type { z } from 'zod'
import { marketplaceRegions } from '../aws/regions.ts'
import { partitionOf } from '../domain/partition.ts'
import { optionalText, wholeNumber } from './fields.ts'

/** How ResolveCustomer is called. */
export const marketplaceSettings = {
  MARKETPLACE_REGION: optionalText.default('us-east-1').refine((region) => marketplaceRegions.includes(region), {
    error: 'is not a Region that offers ResolveCustomer: use us-east-1 unless your product is integrated elsewhere',
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
    marketplace: {
      region: env.MARKETPLACE_REGION,
      deadlineMs: env.MARKETPLACE_DEADLINE_MS,
      role: arn === undefined ? null : { arn, externalId },
    },
  }
}

export function marketplaceErrors(given: Readonly<Record<string, string>>): readonly string[] {
  const {
    MARKETPLACE_REGION: region = 'us-east-1',
    MARKETPLACE_ROLE_ARN: arn,
    MARKETPLACE_ROLE_EXTERNAL_ID: id,
  } = given
  if (arn === undefined)
    return id === undefined ? [] : ['MARKETPLACE_ROLE_EXTERNAL_ID has no role: set MARKETPLACE_ROLE_ARN, or remove it']
  const partition = partitionOf(region.trim())
  const [, ofRole] = /^\s*arn:(aws[\w-]*):/.exec(arn) ?? []
  if (ofRole === undefined || ofRole === partition || !marketplaceRegions.includes(region.trim())) return []
  return [`MARKETPLACE_ROLE_ARN must begin with arn:${partition}: as MARKETPLACE_REGION is in that partition of AWS`]
}

/** The product id, which AWS Marketplace uses beside the product code. */
export function isProductId(text: string): boolean {
  return /^prod-[a-z0-9]{13,}$/i.test(text)
}
