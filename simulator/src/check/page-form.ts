import type { Exchange, Sent } from './exchange.ts'
import { decodeEntities } from './page-text.ts'

/** The first POST form of a page, filled in like a buyer would; null without one. */
export function filledForm({ url, text }: Exchange): Sent | null {
  const [form, tag = ''] = /<form\b([^>]*)>[\s\S]*?<\/form\s*>/i.exec(onlyPosting(text)) ?? []
  if (form === undefined) return null
  const fields = new URLSearchParams()
  for (const [, kind = '', attributes = ''] of form.matchAll(/<(input|textarea|select|button)\b([^>]*)>/gi)) {
    const name = attribute(attributes, 'name')
    if (name === null) continue
    const value = valueFor(kind.toLowerCase(), attributes)
    if (value !== null) fields.set(name, value)
  }
  const action = new URL(attribute(tag, 'action') ?? url.href, url)
  const headers = {
    Origin: url.origin,
    Referer: url.href,
    'Sec-Fetch-Site': 'same-origin',
    'Sec-Fetch-Mode': 'navigate',
  }
  return { method: 'POST', url: action, headers, body: fields.toString() }
}

const answers: Readonly<Record<string, string>> = {
  email: 'marketplace-check@example.com',
  tel: '+12065550100',
  url: 'https://example.com/',
  number: '1',
  password: 'Marketplace-check-1',
  checkbox: 'on',
}

function valueFor(kind: string, attributes: string): string | null {
  const given = attribute(attributes, 'value')
  const type = attribute(attributes, 'type')?.toLowerCase() ?? 'text'
  if (kind === 'button' || type === 'submit') return null
  if (kind === 'input' && (type === 'hidden' || type === 'radio')) return given ?? ''
  if (given !== null && given !== '') return given
  const name = attribute(attributes, 'name') ?? ''
  return answers[/e-?mail/i.test(name) ? 'email' : type] ?? 'Marketplace Check'
}

function onlyPosting(html: string): string {
  return (
    (html.match(/<form\b[\s\S]*?<\/form\s*>/gi) ?? [])
      .filter((form) => /^<form\b[^>]*\bmethod\s*=\s*["']?post/i.test(form))
      .at(0) ?? ''
  )
}

function attribute(attributes: string, name: string): string | null {
  const match = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(attributes)
  const value = match?.[1] ?? match?.[2] ?? match?.[3]
  return value === undefined ? null : decodeEntities(value)
}
