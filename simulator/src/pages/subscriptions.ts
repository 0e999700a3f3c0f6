import type { Catalog, Product } from '../products.ts'
import { scenarioGroups, type ScenarioName, scenarios } from '../scenarios/scenarios.ts'
import type { Overrides } from '../tokens/grant.ts'
import type { IssuedToken, Tokens } from '../tokens/tokens.ts'
import { escapeHtml, landingForm, layout } from './html.ts'

type PageDeps = {
  readonly tokens: Tokens
  readonly catalog: Catalog
  readonly landingUrl: () => string
}

/**
 * The page that buyers come from, for the product with this code. Each rendering has fresh tokens.
 */
export function createSubscriptionsPage({ tokens, catalog, landingUrl }: PageDeps): (code: string | null) => string {
  const lateLicenses = new Map<string, Overrides>()

  function overridesOf(name: ScenarioName, productCode: string): Overrides {
    if (name !== 'late-license') return name === 'other-product' ? {} : { productCode }
    // The license comes late only when the same purchase is opened twice.
    const purchase = lateLicenses.get(productCode) ?? tokens.offer(name, { productCode }).customer
    lateLicenses.set(productCode, purchase)
    return purchase
  }

  return (code) => {
    const { products } = catalog
    const product = products.find((one) => one.code === code) ?? products[0]
    const groups = scenarioGroups.map(({ title, about, names }) => {
      const rows = names.map((name) =>
        scenarioRow(name, tokens.offer(name, overridesOf(name, product.code)), landingUrl()),
      )
      return section(title, about, rows)
    })
    const rows = products.map((one) => {
      const { fields } = tokens.offer('new-buyer', { productCode: one.code })
      return productRow(one, fields, { landingUrl: landingUrl(), isChosen: one === product })
    })
    const choice = section('Products', 'Buy one as a new buyer, or choose the product of the scenarios below.', rows)
    return layout({
      path: '/',
      title: 'Manage subscriptions',
      intro: intro(landingUrl(), product),
      main: [...(products.length > 1 ? [choice] : []), ...groups].join('\n'),
    })
  }
}

function intro(landingUrl: string, { code, title }: Product): string {
  return `<p class="note"><b>This is a simulation.</b> Nothing is bought and nobody is charged. Each button sends your browser
    to <a href="${escapeHtml(landingUrl)}">${escapeHtml(landingUrl)}</a> with a registration token, as AWS Marketplace
    does after a purchase of <b>${escapeHtml(title)}</b> (product code <code>${escapeHtml(code)}</code>).</p>`
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

const button = '<button>Set up your account</button>'

type Choice = { readonly landingUrl: string; readonly isChosen: boolean }

function productRow({ code, title }: Product, fields: IssuedToken['fields'], { landingUrl, isChosen }: Choice): string {
  const link = isChosen
    ? '<p>Its scenarios are below.</p>'
    : `<p><a href="/?product=${escapeHtml(encodeURIComponent(code))}">Show its scenarios</a></p>`
  return `    <li>
      <div class="what"><h3>${escapeHtml(title)}</h3><p class="ids"><code>${escapeHtml(code)}</code></p></div>
      <div class="expects">${link}</div>
      ${landingForm({ landingUrl, fields, attributes: `data-product="${escapeHtml(code)}"`, button })}
    </li>`
}

function scenarioRow(name: ScenarioName, { fields, customer }: IssuedToken, landingUrl: string): string {
  const { title, simulates, expects, offerType } = scenarios[name]
  const tag = offerType === undefined ? '' : ' <span class="tag active">Free trial</span>'
  const described = button.replace('<button', `<button aria-describedby="${name}"`)
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
      ${landingForm({ landingUrl, fields, attributes: `data-scenario="${name}"`, button: described })}
    </li>`
}
