import { Router } from 'express'
import { z } from 'zod'
import type { FindWhole } from '../../domain/console-registration.ts'
import type { Receiver } from '../../domain/delivery.ts'
import type { NotificationType } from '../../domain/notification.ts'
import type { Registration } from '../../domain/registration.ts'
import type { Resend } from '../../domain/resend.ts'
import { AppError } from '../../errors.ts'
import { methodNotAllowed } from '../errors/error-handler.ts'
import { fact } from '../pages/facts.ts'
import { actionPage, checkbox } from './action-page.ts'
import { eventWords } from './delivery-words.ts'
import { unsentFields } from './draft.ts'
import { registrationIn } from './find.ts'
import { logAction } from './log-action.ts'
import { sendConsolePage, type ConsolePage } from './page.ts'
import { registrationPath } from './paths.ts'

type ResendRoutesDeps = {
  readonly findWhole: FindWhole
  readonly resend: Resend
  /** The configured receivers. */
  readonly receivers: readonly Receiver[]
}

const labels = { webhook: 'To your webhook', mail: 'By mail, to those whom this event concerns' } as const
const text = z.string().catch('')
const form = z.object({ webhook: text, mail: text })

/** Sends the last event of a registration again. */
export function resendRoutes({ findWhole, resend, receivers }: ResendRoutesDeps): Router {
  const router = Router()
  const path = '/registrations/:reference/resend'

  router.get(path, async (req, res) => {
    const { registration, history } = await registrationIn(req, findWhole)
    const draft = await unsentFields(req, res)
    const chosen = draft === null ? receivers : chosenIn(draft)
    sendConsolePage(res, resendPage(registration, { last: history.at(-1)?.type ?? null, chosen, problem: null }))
  })

  router.post(path, async (req, res) => {
    const { registration, history } = await registrationIn(req, findWhole)
    const { reference } = registration
    const chosen = chosenIn(req.body)
    if (chosen.length === 0) {
      const problem = 'Choose to whom it is sent.'
      sendConsolePage(res, resendPage(registration, { last: history.at(-1)?.type ?? null, chosen, problem }))
      return
    }
    const sent = await resend({ reference, receivers: chosen })
    if (sent === null) throw new AppError('not-found')
    const done = sent === 'no-event' ? 'no-event' : sent.ids.length === 0 ? 'resent-nothing' : 'resent'
    const deliveries = sent === 'no-event' ? 0 : sent.ids.length
    logAction(req, res, { action: 'resend', registration, facts: { receivers: chosen, deliveries } })
    res.redirect(303, `${registrationPath(reference)}?done=${done}`)
  })

  router.all(path, methodNotAllowed('GET, HEAD, POST'))
  return router

  function chosenIn(sent: unknown): readonly Receiver[] {
    const given = form.parse(sent ?? {})
    return receivers.filter((receiver) => given[receiver] === 'true')
  }

  function resendPage({ reference }: Registration, { last, chosen, problem }: Shown): ConsolePage {
    return actionPage({
      name: 'resend',
      title: 'Send again',
      text:
        receivers.length === 0
          ? ['Neither a webhook nor mail is configured, so that nothing can be sent.']
          : ['The last event is sent again as it is stored. A buyer gets at most three mails a day.'],
      facts: [fact('Last event', last === null ? 'None yet' : eventWords[last])],
      fields: receivers.map((receiver, n) =>
        checkbox({
          name: receiver,
          value: 'true',
          label: labels[receiver],
          isChecked: chosen.includes(receiver),
          problem: n === 0 ? problem : null,
        }),
      ),
      button: 'Send again',
      action: `${registrationPath(reference)}/resend`,
      back: registrationPath(reference),
    })
  }
}

type Shown = {
  readonly last: NotificationType | null
  readonly chosen: readonly Receiver[]
  readonly problem: string | null
}
