const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

export function decodeEntities(html: string): string {
  return html
    .replaceAll(/&#x([0-9a-f]{1,6});/gi, (_, hex: string) => character(parseInt(hex, 16)))
    .replaceAll(/&#(\d{1,7});/g, (_, digits: string) => character(Number(digits)))
    .replaceAll(/&([a-z]+);/g, (entity, name: string) => entities[name] ?? entity)
}

/** The visible text of a page, without references, ids and dates, which always differ. */
export function wordsOf(html: string): string {
  const text = html
    .replaceAll(/<(script|style|template)\b[\s\S]*?<\/\1\s*>/gi, ' ')
    .replaceAll(/<!--[\s\S]*?-->/g, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
  const words = decodeEntities(text).split(/\s+/)
  return words.filter((word) => word !== '' && !/\d|^[A-Z]{3,}-[A-Z-]+$/.test(word)).join(' ')
}

/** A page without the forms that post. */
export function withoutForms(html: string): string {
  return html.replaceAll(/<form\b[^>]*\bmethod\s*=\s*["']?post[\s\S]*?<\/form\s*>/gi, '')
}

function character(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : ''
}
