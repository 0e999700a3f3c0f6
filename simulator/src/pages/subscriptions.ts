import { escapeHtml, layout } from './html.ts'
import { scenarioGroups, type ScenarioName, scenarios } from '../scenarios/scenarios.ts'
import type { IssuedToken, Overrides, Tokens } from '../tokens/tokens.ts'

export type PageDeps = {
  readonly tokens: Tokens
  readonly productCode: string
  readonly landingUrl: () => string
}

/** The list of subscriptions. Every rendering has fresh tokens. */
export function createSubscriptionsPage({ tokens, productCode, landingUrl }: PageDeps): () => string {
  // One purchase for the life of the simulator: its license comes late only if the same purchase is opened twice.
  const kept: Partial<Record<ScenarioName, Overrides>> = { 'late-license': tokens.offer('late-license').customer }

  return () =>
    layout({
      path: '/',
      title: 'Manage subscriptions',
      intro: intro(landingUrl(), productCode),
      main: scenarioGroups
        .map(({ title, about, names }) => {
          const rows = names.map((name) => row(name, tokens.offer(name, kept[name]), landingUrl()))
          return section(title, about, rows)
        })
        .join('\n'),
    })
}

function intro(landingUrl: string, productCode: string): string {
  return `<p class="note"><b>This is a simulation.</b> Nothing is bought and nobody is charged. Each button sends your browser
    to <a href="${escapeHtml(landingUrl)}">${escapeHtml(landingUrl)}</a> with a registration token, the way AWS Marketplace
    does after a purchase of the product <code>${escapeHtml(productCode)}</code>.</p>`
}

function section(title: string, about: string, rows: readonly string[]): string {
  return `<section>
  <div class="section-head">
    <h2>${escapeHtml(title)} <span class="count">(${rows.length.toString()})</span></h2>
    <p>${escapeHtml(about)}</p>
  </div>
  <ul>
${rows.join('\n')}
  </ul>
</section>`
}

function row(name: ScenarioName, { fields, customer }: IssuedToken, landingUrl: string): string {
  const { title, simulates, expects, offerType } = scenarios[name]
  const inputs = Object.entries(fields).map(
    ([field, value]) => `<input type="hidden" name="${escapeHtml(field)}" value="${escapeHtml(value)}">`,
  )
  const tag = offerType === undefined ? '' : ' <span class="tag">Free trial</span>'
  return `    <li>
      <div class="what">
        <h3 id="${name}">${escapeHtml(title)}${tag}</h3>
        <p>${escapeHtml(simulates)}</p>
        <p class="ids">AWS account ${customer.awsAccountId} <span aria-hidden="true">·</span> <code>${name}</code></p>
      </div>
      <div class="expects">
        <h4>The buyer should see</h4>
        <p>${escapeHtml(expects)}</p>
      </div>
      <form method="post" action="${escapeHtml(landingUrl)}" data-scenario="${name}">
        ${inputs.join('')}
        <button aria-describedby="${name}">Set up your account</button>
      </form>
    </li>`
}
