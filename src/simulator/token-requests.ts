import { z } from 'zod'
import { scenarioNames } from './scenarios.ts'
import type { Tokens } from './tokens.ts'

const tokenRequest = z.strictObject({
  scenario: z.enum(scenarioNames),
  count: z.int().min(1).max(10_000).exactOptional(),
  singleUse: z.boolean().exactOptional(),
  times: z.int().min(0).exactOptional(),
  latencyMs: z.number().min(0).max(600_000).exactOptional(),
  awsAccountId: z
    .string()
    .regex(/^\d{12}$/, { error: 'awsAccountId is 12 digits' })
    .exactOptional(),
  productCode: z.string().min(1).exactOptional(),
  licenseArn: z.string().min(1).nullable().exactOptional(),
  customerIdentifier: z.string().exactOptional(),
  offerType: z.string().min(1).exactOptional(),
})

type Issued = { readonly status: number; readonly answer: object }

/** `POST /tokens`: one token, or with `count` a list of them. */
export function issueFrom(body: string, { issue }: Tokens): Issued {
  const parsed = tokenRequest.safeParse(parseJson(body))
  if (!parsed.success) return { status: 400, answer: { error: explain(parsed.error) } }
  const { scenario, count, ...overrides } = parsed.data
  if (count === undefined) return { status: 200, answer: issue(scenario, overrides) }
  return { status: 200, answer: { tokens: Array.from({ length: count }, () => issue(scenario, overrides)) } }
}

function explain({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => [...path, message].join(': ')).join('; ')
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}
