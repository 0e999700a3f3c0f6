export type Mail = {
  /** ISO 8601, by the simulator's clock. */
  readonly receivedAt: string
  readonly from: string
  /** As the mail says it; several are separated by commas. */
  readonly to: string
  readonly subject: string
  readonly text: string | null
  readonly html: string | null
  /** All of the mail's header, by small names. */
  readonly headers: Readonly<Record<string, string>>
  /** To whom SES was told to bring it. */
  readonly recipients: readonly string[]
}

export type Inbox = {
  readonly add: (mail: Mail) => void
  /** The latest, oldest first. */
  readonly list: () => readonly Mail[]
}

const keep = 200

/** Where all mail of the simulated SES ends. */
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
