export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

type Page = {
  /** The link of the navigation that the page belongs to. */
  readonly path: Path
  readonly title: string
  /** HTML. */
  readonly intro: string
  /** HTML. */
  readonly main: string
}

const links = [
  ['/', 'Subscriptions'],
  ['/purchases', 'Purchases'],
  ['/application', 'Your application'],
  ['/inbox', 'Inbox'],
  ['/calls', 'Recent calls'],
] as const

type Path = (typeof links)[number][0]

export function layout({ path, title, intro, main }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)} – Marketplace simulator</title>
<link rel="stylesheet" href="/marketplace.css">
</head>
<body>
<header class="bar">
  <a class="brand" href="/"><span class="mark" aria-hidden="true"></span>Marketplace <b>simulator</b></a>
  <span class="badge">Simulation</span>
  <nav aria-label="Simulator">${links.map(([href, name]) => `<a href="${href}"${href === path ? ' aria-current="page"' : ''}>${name}</a>`).join('')}</nav>
</header>
<main>
  <div class="head">
    <h1>${escapeHtml(title)}</h1>
    ${intro}
  </div>
  ${main}
</main>
<footer>A simulation for testing a registration page. Not part of, and not endorsed by, Amazon Web Services.</footer>
</body>
</html>
`
}

/** A table that scrolls sideways when it does not fit. Cells are HTML. */
export function table(label: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return `<section class="scroll" tabindex="0" aria-label="${escapeHtml(label)}"><table>
  <thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
  <tbody>
${rows.map((cells) => `  <tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n')}
  </tbody>
</table></section>`
}

/** The text of an empty list. */
export function empty(text: string): string {
  return `<section><p class="none">${text}</p></section>`
}

/** Names and values. Values are HTML; null leaves an entry out. */
export function facts(entries: readonly (readonly [name: string, value: string | null])[]): string {
  const shown = entries.flatMap(([name, value]) =>
    value === null ? [] : [`<div><dt>${name}</dt><dd>${value}</dd></div>`],
  )
  return `<dl class="facts">${shown.join('')}</dl>`
}

type Landing = {
  readonly landingUrl: string
  readonly fields: Readonly<Record<string, string>>
  /** HTML attributes of the form. */
  readonly attributes: string
  /** HTML. */
  readonly button: string
}

/** A form that posts a registration token to the landing page, as AWS Marketplace does. */
export function landingForm({ landingUrl, fields, attributes, button }: Landing): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  )
  return `<form method="post" action="${escapeHtml(landingUrl)}" ${attributes}>${inputs.join('')}${button}</form>`
}

/** Hours, minutes and seconds in UTC. */
export function timeOfDay(at: number | string): string {
  return new Date(at).toISOString().slice(11, 19)
}
