import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, Scalar, type CollectionTag, type ScalarTag } from 'yaml'

export type Resource = {
  readonly Type: string
  readonly Condition?: string
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
  readonly Properties?: Readonly<Record<string, unknown>>
}

export type Template = {
  readonly text: string
  readonly Parameters: Readonly<Record<string, { readonly Type: string; readonly Default?: unknown }>>
  readonly Conditions: Readonly<Record<string, unknown>>
  readonly Resources: Readonly<Record<string, Resource>>
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>
}

export const deployFolder = join(import.meta.dirname, '../../deploy')

/** A template of `deploy/`, its tags (`!Ref`) written as the functions that they stand for (`{ Ref: … }`). */
export function readTemplate(name: 'app.yaml' | 'events.yaml'): Template {
  const text = readFileSync(join(deployFolder, name), 'utf8')
  return { ...(parse(text, { customTags }) as Template), text }
}

const functions = 'Ref Condition GetAtt Sub If Equals Not And Or Select Split Join GetAZs Cidr'.split(' ')

const customTags = functions.flatMap((name): (ScalarTag | CollectionTag)[] => {
  const key = ['Ref', 'Condition'].includes(name) ? name : `Fn::${name}`
  const called = (argument: unknown) =>
    new Scalar({ [key]: name === 'GetAtt' && typeof argument === 'string' ? dotted(argument) : argument })
  return [
    { tag: `!${name}`, resolve: called },
    { tag: `!${name}`, collection: 'seq', resolve: (items) => called(plain(items)) },
    { tag: `!${name}`, collection: 'map', resolve: (items) => called(plain(items)) },
  ]
})

const plain = (items: { readonly toJSON: () => unknown }) => items.toJSON()

function dotted(text: string): readonly [string, string] {
  const [name = '', ...attribute] = text.split('.')
  return [name, attribute.join('.')]
}

/** Every object anywhere inside. */
export function objectsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return []
  const inside = Object.values(value).flatMap(objectsIn)
  return Array.isArray(value) ? inside : [value as Record<string, unknown>, ...inside]
}

/** What a value becomes in a stack: with these parameters, and `NAME.ATTRIBUTE` for what only AWS knows. */
export function evaluate(template: Template, value: unknown, given: Readonly<Record<string, string>> = {}): unknown {
  const recur = (inner: unknown): unknown => evaluate(template, inner, given)
  if (Array.isArray(value)) return value.map(recur).filter((item) => item !== noValue)
  if (typeof value !== 'object' || value === null) return value
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value)
  const [key, argument] = entries[0] ?? ['', null]
  const all = () => recur(argument) as readonly unknown[]
  switch (key) {
    case 'Ref':
      return parameter(template, String(argument), given)
    case 'Condition':
      return recur(template.Conditions[String(argument)])
    case 'Fn::GetAtt':
      return all().join('.')
    case 'Fn::Equals':
      return String(all()[0]) === String(all()[1])
    case 'Fn::Not':
      return all()[0] === false
    case 'Fn::And':
      return all().every((item) => item === true)
    case 'Fn::If': {
      const [condition, then, otherwise] = argument as readonly [string, unknown, unknown]
      return recur(recur({ Condition: condition }) === true ? then : otherwise)
    }
    case 'Fn::Join':
      return (all()[1] as readonly unknown[]).join(String(all()[0]))
    case 'Fn::Split':
      return String(all()[1]).split(String(all()[0]))
    case 'Fn::Select':
      return (all()[1] as readonly unknown[])[Number(all()[0])]
    case 'Fn::Sub': {
      const [text, own = {}] = (Array.isArray(argument) ? argument : [argument]) as [string, Record<string, unknown>?]
      return text.replace(/\$\{([\w:.]+)\}/g, (_, name: string) =>
        String(name in own ? recur(own[name]) : parameter(template, name, given)),
      )
    }
    default:
      return Object.fromEntries(entries.map(([name, inner]) => [name, recur(inner)]))
  }
}

const noValue = Symbol('AWS::NoValue')

function parameter({ Parameters }: Template, name: string, given: Readonly<Record<string, string>>): unknown {
  if (name === 'AWS::NoValue') return noValue
  const value = given[name] ?? Parameters[name]?.Default ?? name
  return Parameters[name]?.Type === 'CommaDelimitedList' ? (value as string).split(',') : value
}
