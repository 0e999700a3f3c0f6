export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

type Page = { readonly title: string; readonly intro: string; readonly main: string }

/** What the simulator's pages have in common. `intro` and `main` are HTML. */
export function layout({ title, intro, main }: Page): string {
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
  <nav aria-label="Simulator"><a href="/">Subscriptions</a><a href="/calls">Recent calls</a></nav>
</header>
<main>
  <div class="head">
    <h1>${escapeHtml(title)}</h1>
    ${intro}
  </div>
  ${main}
</main>
<footer>A simulation for trying a registration page. Not part of, and not endorsed by, Amazon Web Services.</footer>
</body>
</html>
`
}
