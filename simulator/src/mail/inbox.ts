export type Mail = {
  /** ISO 8601, by the simulator's clock. */
  readonly receivedAt: string
  readonly from: string
  /** The mail's To header. Several addresses are separated by commas. */
  readonly to: string
  readonly subject: string
  readonly text: string | null
  readonly html: string | null
  /** All headers, by lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Where SES would deliver the mail. */
  readonly recipients: readonly string[]
}

export type Inbox = {
  readonly add: (mail: Mail) => void
  /** The latest, oldest first. */
  readonly list: () => readonly Mail[]
}

const keep = 200

/** All mail sent through the simulated SES. */
export function createInbox(): Inbox {
  const mails: Mail[] = []
  return {
    add: (mail) => {
      mails.push(mail)
      if (mails.length > keep) mails.shift()
    },
    list: () => [...mails],
  }
}
