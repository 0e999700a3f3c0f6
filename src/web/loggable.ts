const longest = 1_024
/** Control characters (of a terminal, of the writing direction) and halves of characters: no line of a log needs them. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/gu

/** Text that came from outside, bounded and checked, as a line of the log may hold it. */
export function loggable(text: string): string {
  return text.slice(0, longest).replace(unprintable, '\ufffd')
}

/** The same for every text among the facts of a line. */
export function loggableFacts(facts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, typeof value === 'string' ? loggable(value) : value]),
  )
}

/** The same for a stack, whose lines stay lines. */
export function loggableStack(stack: string): string {
  return stack.split('\n', 50).map(loggable).join('\n')
}
