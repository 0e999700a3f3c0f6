import { parseDocument, visit } from 'yaml'

/** The content of a products file before it is checked. Numbers stay text, because a color may look like a number. */
type ProductsText = { readonly content: unknown } | { readonly error: string }

const longestText = 256 * 1024
/** A limit for YAML aliases, which can turn a small file into a huge value. */
const mostAliases = 100
const deepest = 12

/** Parses YAML, which includes JSON. `error` describes where the text cannot be parsed. */
export function readProductsText(text: string): ProductsText {
  if (Buffer.byteLength(text) > longestText) return { error: 'is longer than 256 KiB' }
  const document = parseDocument(text, { schema: 'core', stringKeys: true, prettyErrors: false })
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) return { error: `cannot be read: ${located(text, problem.pos[0], problem.message)}` }
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'number' || typeof node.value === 'bigint') node.value = node.source
    },
  })
  try {
    const content: unknown = document.toJS({ mapAsMap: true, maxAliasCount: mostAliases })
    return { content: plain(content, 0) }
  } catch (error) {
    return { error: `cannot be read: ${error instanceof Error ? error.message : 'unknown error'}` }
  }
}

function located(text: string, position: number, message: string): string {
  const before = text.slice(0, position).split('\n')
  const [sentence = ''] = message.split('\n', 1)
  return `line ${String(before.length)}, column ${String((before.at(-1)?.length ?? 0) + 1)}: ${sentence}`
}

/** Converts maps to objects, but options to lists of pairs, because an object would sort numeric ids. */
function plain(value: unknown, depth: number): unknown {
  if (depth > deepest) throw new Error(`more than ${String(deepest)} levels`)
  if (Array.isArray(value)) return value.map((item: unknown) => plain(item, depth + 1))
  if (!(value instanceof Map)) return value
  return Object.fromEntries(
    [...value].map(([key, item]: [unknown, unknown]) => {
      const isOptions = key === 'options' && item instanceof Map
      return [String(key), isOptions ? [...item].map((pair) => plain(pair, depth + 1)) : plain(item, depth + 1)]
    }),
  )
}
