/** Every URL path of the app. */
export const paths = {
  landing: '/',
  registration: '/registration',
  complete: '/registration/complete',
  language: '/language',
  health: '/healthz',
  readiness: '/readyz',
  assets: '/assets',
} as const
