import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, Scalar, type CollectionTag, type ScalarTag } from 'yaml'

export type Resource = {
  readonly Type: string
  readonly Condition?: string
  readonly DependsOn?: string | readonly string[]
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
  readonly Properties?: Readonly<Record<string, unknown>>
}

type Parameter = {
  readonly Type: string
  readonly Default?: string | number
  readonly AllowedPattern?: string
  readonly AllowedValues?: readonly (string | number)[]
  readonly MinLength?: number
  readonly MinValue?: number
  readonly MaxValue?: number
}

type Rule = {
  readonly RuleCondition?: unknown
  readonly Assertions: readonly { readonly Assert: unknown; readonly AssertDescription: string }[]
}

type Output = {
  readonly Condition?: string
  readonly Value: unknown
  readonly Export?: { readonly Name: unknown }
}

export type Template = {
  readonly text: string
  readonly Parameters: Readonly<Record<string, Parameter>>
  readonly Rules: Readonly<Record<string, Rule>>
  readonly Conditions: Readonly<Record<string, unknown>>
  readonly Resources: Readonly<Record<string, Resource>>
  readonly Outputs: Readonly<Record<string, Output>>
}

export const deployFolder = join(import.meta.dirname, '../../deploy')

export const templateNames = ['base.yaml', 'app.yaml', 'events.yaml'] as const

/** A template of `deploy/`, with its tags (`!Ref`) replaced by functions (`{ Ref: … }`). */
export function readTemplate(name: (typeof templateNames)[number]): Template {
  const text = readFileSync(join(deployFolder, name), 'utf8')
  return { ...(parse(text, { customTags }) as Template), text }
}

const functions =
  'Ref Condition GetAtt Sub If Equals Not And Or Contains Select Split Join GetAZs Cidr ImportValue'.split(' ')

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

/** All nested objects. */
export function objectsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return []
  const inside = Object.values(value).flatMap(objectsIn)
  return Array.isArray(value) ? inside : [value as Record<string, unknown>, ...inside]
}

type Statement = {
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal?: unknown
  readonly Action: string | readonly string[]
  readonly Resource?: unknown
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** The statements of all nested policies. */
export const statementsIn = (value: unknown) =>
  objectsIn(value).filter((object) => 'Effect' in object) as unknown as readonly Statement[]

export const resourcesOf = ({ Resources }: Template, type: string): readonly (readonly [string, Resource])[] =>
  Object.entries(Resources).filter(([, { Type }]) => Type === type)

export const propertiesOf = ({ Resources }: Template, name: string) => Resources[name]?.Properties ?? {}
