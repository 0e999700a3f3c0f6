import { Router, type Request } from 'express'
import type { ConsoleDeliveries } from '../../domain/console-deliveries.ts'
import type { FindWhole } from '../../domain/console-registration.ts'
import { AppError } from '../../errors.ts'
import { methodNotAllowed } from '../errors/error-handler.ts'
import { fact } from '../pages/facts.ts'
import { actionPage } from './action-page.ts'
import { registrationIn } from './find.ts'
import { logAction } from './log-action.ts'
import { sendConsolePage } from './page.ts'
import { registrationPath } from './paths.ts'
import { deliveryRow } from './registration-page.ts'

type RetryRoutesDeps = { readonly findWhole: FindWhole; readonly retry: ConsoleDeliveries['retry'] }

/** Makes a delivery due now. */
export function retryRoutes({ findWhole, retry }: RetryRoutesDeps): Router {
  const router = Router()
  const path = '/registrations/:reference/deliveries/:id/retry'

  router.get(path, async (req, res) => {
    const { registration, delivery } = await deliveryIn(req)
    const back = registrationPath(registration.reference)
    const { title, text } = deliveryRow(delivery, back)
    const page = actionPage({
      name: 'retry',
      title: 'Try again now',
      text: ['The delivery is tried at once, with the whole schedule of attempts again. Its text stays as it was.'],
      facts: [fact('Delivery', title), fact('State', text.map((piece) => piece.text).join(''))],
      fields: [],
      button: 'Try again now',
      action: `${back}/deliveries/${delivery.id}/retry`,
      back,
    })
    sendConsolePage(res, page)
  })

  router.post(path, async (req, res) => {
    const { registration, delivery } = await deliveryIn(req)
    const isDue = await retry(delivery.id)
    logAction(req, res, { action: 'retry', registration, facts: { deliveryId: delivery.id, isDue } })
    res.redirect(303, `${registrationPath(registration.reference)}?done=${isDue ? 'retried' : 'not-retried'}`)
  })

  router.all(path, methodNotAllowed('GET, HEAD, POST'))
  return router

  /** Finds a delivery of this registration only. */
  async function deliveryIn(req: Request) {
    const { registration, deliveries } = await registrationIn(req, findWhole)
    const delivery = deliveries.find(({ id }) => id === req.params['id'])
    if (delivery === undefined) throw new AppError('not-found')
    return { registration, delivery }
  }
}
