import { expect, it } from 'vitest'
import { createLogger } from '../../src/main/logger.ts'

function written(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = []
  write(createLogger('info', { write: (line: string) => void lines.push(line) }))
  expect(lines).toHaveLength(1)
  return lines.join('')
}

const hostile = [
  '\u0000',
  '\u001b',
  '\u007f',
  '\u009b',
  '\n',
  '\u200b',
  '\u202e',
  '\u2066',
  '\u2028',
  '\u2029',
  '\ud800',
]

it.each([
  [
    'a field',
    (text: string) =>
      written((logger) => {
        logger.info({ text }, 'x')
      }),
  ],
  [
    'a nested field',
    (text: string) =>
      written((logger) => {
        logger.info({ cause: { cause: [{ text }] } }, 'x')
      }),
  ],
  [
    'the message',
    (text: string) =>
      written((logger) => {
        logger.info(text)
      }),
  ],
  [
    'a binding of a child',
    (text: string) =>
      written((logger) => {
        logger.child({ text }).info('x')
      }),
  ],
])('the log replaces control and direction characters in %s', (_, line) => {
  for (const character of hostile) {
    const text = line(`before${character}after`)
    expect(text).toContain('before\ufffdafter')
    expect(text.endsWith('}\n')).toBe(true)
  }
})

it('the log limits every string to 1,024 characters', () => {
  const line = written((logger) => {
    logger.child({ a: 'a'.repeat(5_000) }).info({ b: ['b'.repeat(5_000)] }, 'c'.repeat(5_000))
  })
  expect(JSON.parse(line)).toMatchObject({ a: 'a'.repeat(1_024), b: ['b'.repeat(1_024)], msg: 'c'.repeat(1_024) })
})

it('the log writes no key twice', () => {
  const line = written((logger) => {
    logger.child({ requestId: 'one' }).info({ requestId: 'two', level: 'x', time: 'x' }, 'x')
  })
  expect(line.match(/"(?:requestId|level|time|msg)":/g)?.sort()).toEqual([
    '"level":',
    '"msg":',
    '"requestId":',
    '"time":',
  ])
})
