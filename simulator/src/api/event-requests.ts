import { sendJson, seeOther } from '../http/answers.ts'
import { type Exchange, InvalidInput, wantsPage } from '../http/router.ts'
import type { Sending } from '../market/bus.ts'
import type { Market } from '../market/market.ts'
import { noticeNames } from '../market/notices.ts'
import { type EventDetails, type EventName, eventNames, rejectionOf } from '../market/purchase-events.ts'
import type { Purchase } from '../market/purchase.ts'
import { type Fields, readFields } from './fields.ts'

const dayMs = 24 * 3_600_000

const eventFields = ['event', 'times', 'delayMs', 'shuffle', 'lost', 'endTime', 'autoRenewal', 'notice']

/** `POST /purchases/ID/events`. */
export function applyFrom({ request, response, body, id }: Exchange, market: Market): void {
  const purchase = market.find(id)
  if (purchase === undefined) {
    sendJson(response, 404, { error: `There is no purchase ${id}; GET /purchases lists all.` })
    return
  }
  const fields = readFields(request.headers['content-type'], body.toString())
  const [event, how] = eventIn(fields)
  const rejection = rejectionOf(purchase, event)
  if (rejection !== null) {
    sendJson(response, 409, { error: rejection })
    return
  }
  const { events, successor } = market.apply(purchase, event, how)
  if (wantsPage(request)) seeOther(response, `/purchases#${id}`)
  else sendJson(response, 200, { purchase: viewOf(purchase), successor: successor && viewOf(successor), events })
}

function eventIn(fields: Fields): readonly [EventName, Sending & EventDetails] {
  fields.allowOnly(eventFields)
  const event = fields.oneOf('event', eventNames)
  if (event === undefined) throw new InvalidInput(`event: send one of ${eventNames.join(', ')}`)
  const how = {
    times: fields.whole('times', 1, 100),
    delayMs: fields.whole('delayMs', 0, 30 * dayMs),
    shuffle: fields.flag('shuffle'),
    lost: fields.flag('lost'),
    endTime: fields.instant('endTime'),
    autoRenewal: fields.flag('autoRenewal'),
    notice: fields.oneOf('notice', noticeNames),
  }
  if (event !== 'amend' && (how.endTime !== undefined || how.autoRenewal !== undefined)) {
    throw new InvalidInput('endTime and autoRenewal: send them with the event amend only')
  }
  if (event !== 'notice' && how.notice !== undefined) {
    throw new InvalidInput('notice: send it with the event notice only')
  }
  return [event, how]
}

/** A purchase as programs see it. */
export function viewOf(purchase: Purchase): object {
  const { id, scenario, state, awsAccountId, licenseArn, agreementId, previousAgreementId } = purchase
  const { product, customerIdentifier } = purchase
  return {
    id,
    scenario,
    state,
    awsAccountId,
    licenseArn,
    agreementId,
    previousAgreementId,
    productCode: product.code,
    productId: product.id,
    customerIdentifier,
  }
}
