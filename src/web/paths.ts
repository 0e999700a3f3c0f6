/** Every URL path of the app. */
export const paths = {
  landing: '/',
  registration: '/registration',
  complete: '/registration/complete',
  leave: '/registration/leave',
  continue: '/registration/handoff',
  handoff: '/handoff',
  language: '/language',
  health: '/healthz',
  readiness: '/readyz',
  assets: '/assets',
} as const

/** Where our own forms are sent. */
export const formPaths: string[] = [paths.registration, paths.leave, paths.language]
