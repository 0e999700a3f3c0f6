import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Resolution } from './customer.ts'

/** How long a sealed answer is accepted. */
const validForMs = 15 * 60_000
const algorithm = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16

/**
 * AWS's response for a token, encrypted and bound to that token. The Try again form contains it while the database fails, so that
 * any instance can finish the landing, even with a token that AWS resolves only once.
 */
export type SealedAnswers = {
  readonly seal: (token: string, resolution: Resolution) => string
  /** Null unless the answer was sealed for this token, with one of the secrets, in the last 15 minutes. */
  readonly open: (token: string, sealed: string) => Resolution | null
}

const text = z.string().nullable()
const content = z.object({
  sealedAt: z.number(),
  resolution: z.object({
    customer: z.object({
      awsAccountId: z.string(),
      productCode: z.string(),
      licenseArn: text,
      customerIdentifier: text,
    }),
    awsRequestId: text,
    attempts: z.number(),
    durationMs: z.number(),
  }),
})

/** The first secret encrypts, and all of them decrypt. */
export function createSealedAnswers(secrets: readonly string[], now: () => Date): SealedAnswers {
  const keys = secrets.map((secret) =>
    Buffer.from(hkdfSync('sha256', secret, '', 'marketplace-landing sealed answer', 32)),
  )
  return {
    seal: (token, resolution) => {
      const [key = Buffer.alloc(0)] = keys
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv(algorithm, key, iv).setAAD(Buffer.from(token))
      const text = JSON.stringify({ sealedAt: now().getTime(), resolution })
      const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString('base64url')
    },
    open: (token, sealed) => {
      const bytes = Buffer.from(sealed, 'base64url')
      for (const key of keys) {
        const { success, data } = content.safeParse(decrypted(key, token, bytes))
        if (success) return now().getTime() - data.sealedAt < validForMs ? data.resolution : null
      }
      return null
    },
  }
}

/** Undefined if the bytes were not sealed with this key for this token. */
function decrypted(key: Buffer, token: string, bytes: Buffer): unknown {
  try {
    const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
    decipher.setAAD(Buffer.from(token)).setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
    const text = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()])
    return JSON.parse(text.toString('utf8'))
  } catch {
    return undefined
  }
}
