/** Texts about completed actions, by the code in the redirect's URL. Only these texts can appear. */
const notices = {
  ready: 'Access is marked as ready. No mail was sent, because mail is not configured.',
  'ready-mailed': 'Access is marked as ready. The mail to the buyer is on its way.',
  updated: 'The link and the message are stored. No mail was sent.',
  'updated-mailed': 'The link and the message are stored. The mail to the buyer is on its way.',
  'updated-withheld':
    'The link and the message are stored. No mail was sent: the buyer has had the most mails of a day.',
  resent: 'The last event is being sent again.',
  'resent-nothing': 'Nothing was sent: no receiver gets this event, or the buyer has had the most mails of a day.',
  'no-event': 'Nothing was sent: nothing has happened with this registration yet.',
  retried: 'The delivery is being tried again now.',
  'not-retried': 'Nothing was done: the delivery was sent meanwhile, or is being sent at this moment.',
  erased: 'The contact details were erased. Systems that were notified before, and backups, still have them.',
} as const

export type Notice = keyof typeof notices

const byCode = new Map<string, string>(Object.entries(notices))

export function noticeOf(code: string): string | null {
  return byCode.get(code) ?? null
}
