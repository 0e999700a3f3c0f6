import type { Input } from './input.ts'

/**
 * The parameters of the Query protocol as the JSON protocol's input. `A.1=x&A.2=y` is a list,
 * `E.1.Id=x` a list of objects.
 */
export function inputOfQuery(form: URLSearchParams): Input {
  const input: Record<string, unknown> = {}
  const lists = new Map<string, Map<string, Record<string, unknown>>>()
  for (const [key, value] of form) {
    const [, name, index, member] = /^([A-Za-z]+)\.(\d+)(?:\.(\w+))?$/.exec(key) ?? []
    if (name === undefined || index === undefined) {
      input[key] = asNumber(key, value)
      continue
    }
    const list = lists.get(name) ?? new Map<string, Record<string, unknown>>()
    lists.set(name, list)
    const entry = list.get(index) ?? {}
    list.set(index, entry)
    entry[member ?? ''] = asNumber(member ?? '', value)
  }
  for (const [name, list] of lists) {
    const values = [...list.values()].map((entry) => entry[''] ?? entry)
    input[listNames[name] ?? name] = values
  }
  return input
}

const numbers = ['MaxNumberOfMessages', 'VisibilityTimeout', 'WaitTimeSeconds', 'DelaySeconds']

const listNames: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  DeleteMessageBatchRequestEntry: 'Entries',
  SendMessageBatchRequestEntry: 'Entries',
  ChangeMessageVisibilityBatchRequestEntry: 'Entries',
}

function asNumber(key: string, value: string): unknown {
  return numbers.includes(key) && /^-?\d+$/.test(value) ? Number(value) : value
}

/** The JSON protocol's output as the content of SQS's `…Result` element. */
export function sqsXml(action: string, output: object): string {
  // Lists have other names in XML.
  const elements: Readonly<Record<string, string>> = {
    Messages: 'Message',
    QueueUrls: 'QueueUrl',
    Successful: `${action}ResultEntry`,
    Failed: 'BatchResultErrorEntry',
  }
  const members = (value: object): string =>
    Object.entries(value)
      .map(([name, member]) => element(name, member))
      .join('')
  function element(name: string, value: unknown): string {
    if (Array.isArray(value)) return value.map((item) => element(elements[name] ?? name, item)).join('')
    if (typeof value !== 'object' || value === null) return `<${name}>${escapeXml(String(value))}</${name}>`
    return name === 'Attributes' ? attributes(value) : `<${name}>${members(value)}</${name}>`
  }
  return members(output)
}

function attributes(value: object): string {
  return Object.entries(value)
    .map(([name, text]) => `<Attribute><Name>${name}</Name><Value>${escapeXml(String(text))}</Value></Attribute>`)
    .join('')
}

/** Drops control characters that XML does not allow. */
export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')
    .replace(/[\0-\b\v\f\x0e-\x1f]/g, '')
}
