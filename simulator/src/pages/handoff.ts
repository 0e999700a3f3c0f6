import type { Buyer } from '../application/buyers.ts'
import { buyerFacts } from './buyer-facts.ts'
import { empty, escapeHtml, layout } from './html.ts'

/** Who is signed in to the seller's application. */
const account = 'ada@example.com'

/** Asks for confirmation, because the link may belong to another buyer's purchase. */
export function arrivalPage(id: string, buyer: Buyer): string {
  const form = `<form class="answer" method="post" action="/application/arrivals/${escapeHtml(id)}/link"><button class="go">Link this purchase</button>
    <a href="/application">No, do not link it</a></form>`
  return layout({
    path: '/application',
    title: buyer.isLinked ? 'The purchase is linked' : 'Link a purchase',
    intro: buyer.isLinked
      ? `<p class="note good">This purchase belongs to the account <b>${account}</b> now. <a href="/application">All buyers</a></p>`
      : `<p class="note">You are logged in as <b>${account}</b> (simulated). <b>Link this purchase to ${account}? Only do this if you or your company bought it.</b></p>`,
    main: `<section class="padded">${buyerFacts(buyer)}${buyer.isLinked ? '' : form}</section>`,
  })
}

export function arrivalFailedPage(reason: string): string {
  return layout({
    path: '/application',
    title: 'The handoff failed',
    intro: `<p class="note bad">${escapeHtml(reason)}</p>`,
    main: empty('Go back to the last page of the landing page and continue from there again.'),
  })
}
