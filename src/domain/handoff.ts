import { hash } from 'node:crypto'
import type { NotificationData } from './notification.ts'
import type { Transaction } from './unit-of-work.ts'
import type { Registration } from './registration.ts'
import type { DataOfRegistration } from './registration-notification.ts'

/** RFC 6749, 4.1.2 allows ten minutes at most; a redirect takes seconds. */
const codeLastsMs = 120_000

type RedeemResult =
  | {
      readonly outcome: 'redeemed'
      readonly registration: Registration
      /** The registration in the same format as in the webhook. */
      readonly data: NotificationData
    }
  | {
      readonly outcome: 'refused'
      /** `expired`: after two minutes, when its session has ended, or when a newer code or landing has replaced it. */
      readonly reason: 'unknown' | 'used' | 'expired'
      /** The registration of the code; null for an unknown code. */
      readonly registrationId: string | null
    }

/** One-time codes that identify the buyer to the seller's application. Methods reject with an `AppError`. */
export type Handoff = {
  /**
   * Issues a code to a session of this registration. It is valid once, for two minutes, until the session ends or gets another code.
   * Only its SHA-256 is stored.
   */
  readonly issue: (registrationId: string, sessionId: string) => Promise<string>
  readonly redeem: (code: string) => Promise<RedeemResult>
}

type HandoffDeps = {
  readonly transaction: Transaction
  /** 32 random bytes as base64url. */
  readonly newCode: () => string
  readonly dataOfRegistration: DataOfRegistration
}

export function createHandoff({ transaction, newCode, dataOfRegistration }: HandoffDeps): Handoff {
  return {
    issue: async (registrationId, sessionId) => {
      const code = newCode()
      const issued = { codeHash: hash('sha256', code), sessionHash: hash('sha256', sessionId), registrationId }
      await transaction(async ({ lock, handoffCodes }) => {
        // Only the newest code of a session is valid.
        await lock(`handoff ${issued.sessionHash}`)
        await handoffCodes.endOfSession(issued.sessionHash)
        await handoffCodes.insert(issued, codeLastsMs)
      })
      return code
    },
    // One transaction, so that the code stays valid if its registration cannot be read.
    redeem: (code) =>
      transaction(async (unit) => {
        const { handoffCodes, registrations } = unit
        const codeHash = hash('sha256', code)
        const registrationId = await handoffCodes.use(codeHash)
        const registration = registrationId === null ? null : await registrations.find(registrationId)
        if (registration !== null) {
          await handoffCodes.noteRedeemed(registration.id)
          return { outcome: 'redeemed', registration, data: await dataOfRegistration(unit, registration) }
        }
        const known = await handoffCodes.find(codeHash)
        if (known === null) return { outcome: 'refused', reason: 'unknown', registrationId: null }
        return { outcome: 'refused', reason: known.used ? 'used' : 'expired', registrationId: known.registrationId }
      }),
  }
}
