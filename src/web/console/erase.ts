import { Router } from 'express'
import { z } from 'zod'
import type { FindWhole } from '../../domain/console-registration.ts'
import type { Erase } from '../../domain/erase.ts'
import type { Registration } from '../../domain/registration.ts'
import { parseSearchTerm } from '../../domain/search-term.ts'
import { AppError } from '../../errors.ts'
import { methodNotAllowed } from '../errors/error-handler.ts'
import { customerFacts } from '../middleware/session.ts'
import { actionPage, textField } from './action-page.ts'
import { unsentFields } from './draft.ts'
import { registrationIn } from './find.ts'
import { logAction } from './log-action.ts'
import { sendConsolePage, type ConsolePage } from './page.ts'
import { registrationPath } from './paths.ts'
import { contactFacts } from './registration-facts.ts'
import { userOf } from './user.ts'

type EraseRoutesDeps = { readonly findWhole: FindWhole; readonly erase: Erase; readonly now: () => Date }

const form = z.object({ reference: z.string().catch('') })

/** Erases contact details after the person has typed the reference. */
export function eraseRoutes({ findWhole, erase, now }: EraseRoutesDeps): Router {
  const router = Router()
  const path = '/registrations/:reference/erase'

  router.get(path, async (req, res) => {
    const { registration } = await registrationIn(req, findWhole)
    const { reference: typed } = form.parse((await unsentFields(req, res)) ?? {})
    sendConsolePage(res, erasePage(registration, typed, null))
  })

  router.post(path, async (req, res) => {
    const { registration } = await registrationIn(req, findWhole)
    const { reference } = registration
    const { reference: typed } = form.parse(req.body)
    if (typed.trim().toUpperCase() !== reference && parseSearchTerm(typed)?.reference !== reference) {
      sendConsolePage(res, erasePage(registration, typed, `This is not the reference. Type ${reference}`))
      return
    }
    const { actor } = userOf(res)
    const erased = await erase({ reference, actor, at: now() })
    if (erased === null) throw new AppError('not-found')
    req.log.info(
      { event: 'registration.erased', actor, reference, ...customerFacts(registration), ...erased },
      'contact details erased',
    )
    logAction(req, res, { action: 'erase', registration })
    res.redirect(303, `${registrationPath(reference)}?done=erased`)
  })

  router.all(path, methodNotAllowed('GET, HEAD, POST'))
  return router
}

function erasePage(registration: Registration, typed: string, problem: string | null): ConsolePage {
  const { reference } = registration
  return actionPage({
    name: 'erase',
    title: 'Erase contact details',
    text: [
      'This removes what the buyer typed, your link and your message from the registration, its history and everything that was not sent yet. It cannot be undone.',
      'The row stays, with its AWS account and license. Systems that were notified before, and backups, keep what they have.',
    ],
    facts: contactFacts(registration),
    fields: [
      textField({
        control: 'input',
        name: 'reference',
        label: `Type the reference ${reference} to confirm`,
        hint: null,
        value: typed,
        problem,
      }),
    ],
    button: 'Erase',
    action: `${registrationPath(reference)}/erase`,
    back: registrationPath(reference),
  })
}
