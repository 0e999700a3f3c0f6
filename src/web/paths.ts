import type { Request } from 'express'

/** All URL paths of the app. */
export const paths = {
  landing: '/',
  registration: '/registration',
  complete: '/registration/complete',
  leave: '/registration/leave',
  /** The buyer's link into the seller's application. */
  handoff: '/registration/handoff',
  /** The endpoint where the seller's server redeems the code. */
  redeem: '/handoff',
  api: '/api',
  /** The seller's console. */
  console: '/console',
  language: '/language',
  health: '/healthz',
  readiness: '/readyz',
  assets: '/assets',
} as const

/** The POST routes of our own forms. */
export const formPaths: string[] = [paths.registration, paths.leave, paths.language]

/** The path of the request without the query. */
export function pathOf({ originalUrl }: Request): string {
  return originalUrl.split('?', 1)[0] ?? ''
}
