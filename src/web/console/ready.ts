import { Router } from 'express'
import { z } from 'zod'
import type { FindWhole } from '../../domain/console-registration.ts'
import { productOf, type Products } from '../../domain/product.ts'
import { parseReadyInput, type InvalidReadyField } from '../../domain/ready-input.ts'
import type { Marked, MarkReady } from '../../domain/ready.ts'
import type { Registration } from '../../domain/registration.ts'
import { AppError } from '../../errors.ts'
import { customerFacts } from '../middleware/session.ts'
import { methodNotAllowed } from '../errors/error-handler.ts'
import { actionPage, checkbox, textField } from './action-page.ts'
import { unsentFields } from './draft.ts'
import { registrationIn } from './find.ts'
import { logAction } from './log-action.ts'
import type { Notice } from './notices.ts'
import { sendConsolePage, type ConsolePage } from './page.ts'
import { registrationPath } from './paths.ts'
import { contactFacts } from './registration-facts.ts'
import { userOf } from './user.ts'

type ReadyRoutesDeps = {
  readonly findWhole: FindWhole
  readonly markReady: MarkReady
  readonly products: Products
  readonly now: () => Date
}

const text = z.string().catch('')
const form = z.object({ url: text, message: text, notify: text })
type Form = z.infer<typeof form>

/** Marks access as ready, or changes the link and the message. */
export function readyRoutes({ findWhole, markReady, products, now }: ReadyRoutesDeps): Router {
  const router = Router()
  const path = '/registrations/:reference/ready'

  router.get(path, async (req, res) => {
    const { registration } = await registrationIn(req, findWhole)
    const stored = { url: registration.readyUrl ?? '', message: registration.readyMessage ?? '', notify: '' }
    const draft = await unsentFields(req, res)
    sendConsolePage(res, readyPage(registration, draft === null ? stored : form.parse(draft), null))
  })

  router.post(path, async (req, res) => {
    const { registration } = await registrationIn(req, findWhole)
    const typed = form.parse(req.body)
    const input = parseReadyInput(typed)
    if ('field' in input) {
      sendConsolePage(res, readyPage(registration, typed, input))
      return
    }
    const { actor } = userOf(res)
    const { reference } = registration
    const marked = await markReady({ ...input, reference, repeatMail: typed.notify === 'true', actor, at: now() })
    if (marked.outcome === 'not-found') throw new AppError('not-found')
    if (marked.outcome === 'not-registered') {
      sendConsolePage(res, notRegistered(reference))
      return
    }
    const { outcome, mail } = marked
    const facts = { actor, outcome, mail, reference, ...customerFacts(marked.registration) }
    req.log.info({ event: 'registration.ready', ...facts }, 'access marked as ready')
    logAction(req, res, { action: 'ready', registration })
    res.redirect(303, `${registrationPath(reference)}?done=${noticeOf(marked)}`)
  })

  router.all(path, methodNotAllowed('GET, HEAD, POST'))
  return router

  function readyPage(registration: Registration, typed: Form, invalid: InvalidReadyField | null): ConsolePage {
    const { reference, readyAt, status, productCode } = registration
    if (status !== 'registered') return notRegistered(reference)
    const problem = (field: InvalidReadyField['field']) => (invalid?.field === field ? sentence(invalid) : null)
    const isFirst = readyAt === null
    const { signInUrl } = productOf(products, productCode)
    return actionPage({
      name: 'ready',
      title: isFirst ? 'Mark access as ready' : 'Change link or message',
      text: isFirst
        ? [
            'The buyer gets a mail with the link and the message, and the last page shows them. Your webhook is notified.',
          ]
        : ['The last page shows the new link and message. Your webhook is not notified again.'],
      facts: contactFacts(registration),
      fields: [
        textField({
          control: 'input',
          name: 'url',
          label: 'Link to the product',
          value: typed.url,
          problem: problem('url'),
          hint: `Begins with https://. Without one, buyers get ${signInUrl}`,
        }),
        textField({
          control: 'textarea',
          name: 'message',
          label: 'Message to the buyer',
          value: typed.message,
          hint: 'Plain text, at most 500 characters. May be empty.',
          problem: problem('message'),
        }),
        ...(isFirst
          ? []
          : [
              checkbox({
                name: 'notify',
                value: 'true',
                label: 'Send the mail to the buyer again',
                isChecked: typed.notify === 'true',
              }),
            ]),
      ],
      button: isFirst ? 'Mark as ready' : 'Save',
      action: `${registrationPath(reference)}/ready`,
      back: registrationPath(reference),
    })
  }
}

/** Turns `url must be a web address …` into `The link must be …`. */
function sentence({ field, text }: InvalidReadyField): string {
  return `${text.replace(/^\w+/, field === 'url' ? 'The link' : 'The message')}.`
}

function notRegistered(reference: string): ConsolePage {
  return {
    name: 'console-not-registered',
    status: 409,
    template: 'message',
    model: {
      title: 'The buyer has not registered yet',
      text: [`Access can be marked as ready after the buyer has sent the form. Registration ${reference}.`],
    },
  }
}

function noticeOf({ outcome, mail }: Extract<Marked, { mail: string }>): Notice {
  if (outcome === 'marked') return mail === 'queued' ? 'ready-mailed' : 'ready'
  return mail === 'queued' ? 'updated-mailed' : mail === 'withheld' ? 'updated-withheld' : 'updated'
}
