import { readTemplate, type Template } from './template.ts'

export type Given = Readonly<Record<string, string>>

/** A template with parameters, evaluated like in CloudFormation. */
export type Stack = {
  readonly name: string
  readonly template: Template
  readonly given: Given
  /** Stacks whose exports it can import. */
  readonly exporting?: readonly Stack[]
}

/** The stack of base.yaml, and the stack of app.yaml on it. */
export function stacks(app: Given, base: Given = {}): { readonly base: Stack; readonly app: Stack } {
  const below: Stack = { name: 'marketplace-base', template: readTemplate('base.yaml'), given: base }
  return {
    base: below,
    app: { name: 'marketplace-landing', template: readTemplate('app.yaml'), given: app, exporting: [below] },
  }
}

const pseudoParameters: Given = {
  'AWS::AccountId': '111111111111',
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-central-1',
  'AWS::URLSuffix': 'amazonaws.com',
}

const noValue = Symbol('AWS::NoValue')

/** Evaluates a value. A resource becomes its logical id, and an attribute `NAME.ATTRIBUTE`. */
export function evaluate(stack: Stack, value: unknown): unknown {
  const recur = (inner: unknown): unknown => evaluate(stack, inner)
  if (Array.isArray(value)) return value.map(recur).filter((item) => item !== noValue)
  if (typeof value !== 'object' || value === null) return value
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value)
  const [key, argument] = entries[0] ?? ['', null]
  const all = () => recur(argument) as readonly unknown[]
  switch (key) {
    case 'Ref':
      return refer(stack, String(argument))
    case 'Condition':
      return typeof argument === 'string' ? isTrue(stack, argument) : { Condition: recur(argument) }
    case 'Fn::GetAtt':
      return all().join('.')
    case 'Fn::Equals':
      return String(all()[0]) === String(all()[1])
    case 'Fn::Not':
      return all()[0] === false
    case 'Fn::And':
      return all().every((item) => item === true)
    case 'Fn::Or':
      return all().includes(true)
    case 'Fn::Contains':
      return (all()[0] as readonly unknown[]).includes(all()[1])
    case 'Fn::If': {
      const [condition, then, otherwise] = argument as readonly [string, unknown, unknown]
      return recur(isTrue(stack, condition) ? then : otherwise)
    }
    case 'Fn::Join':
      return (all()[1] as readonly unknown[]).join(String(all()[0]))
    case 'Fn::Split':
      return String(all()[1]).split(String(all()[0]))
    case 'Fn::Select':
      return (all()[1] as readonly unknown[])[Number(all()[0])]
    case 'Fn::ImportValue':
      return imported(stack, String(recur(argument)))
    case 'Fn::Sub': {
      const [text, own = {}] = (Array.isArray(argument) ? argument : [argument]) as [string, Record<string, unknown>?]
      return text.replace(/\$\{([\w:.]+)\}/g, (_, name: string) =>
        String(name in own ? recur(own[name]) : refer(stack, name)),
      )
    }
    default:
      return Object.fromEntries(
        entries.map(([name, inner]) => [name, recur(inner)] as const).filter(([, inner]) => inner !== noValue),
      )
  }
}

function isTrue(stack: Stack, condition: string): boolean {
  return evaluate(stack, stack.template.Conditions[condition]) === true
}

function refer({ name: stackName, template, given }: Stack, name: string): unknown {
  if (name === 'AWS::NoValue') return noValue
  if (name === 'AWS::StackName') return stackName
  const parameter = template.Parameters[name]
  const value = given[name] ?? parameter?.Default ?? pseudoParameters[name] ?? name
  return parameter?.Type === 'CommaDelimitedList' ? String(value).split(',') : value
}

/** Throws, like CloudFormation, if no stack exports the value. */
function imported({ exporting = [] }: Stack, name: string): unknown {
  const [found] = exporting.flatMap((stack) => exportsOf(stack).filter((one) => one.name === name))
  if (found === undefined) throw new Error(`No export named ${name} found`)
  return found.value()
}

/** The outputs that other stacks may import. */
export function exportsOf(stack: Stack) {
  return Object.values(stack.template.Outputs).flatMap(({ Condition, Value, Export }) =>
    Export === undefined || (Condition !== undefined && !isTrue(stack, Condition))
      ? []
      : [{ name: String(evaluate(stack, Export.Name)), value: () => evaluate(stack, Value) }],
  )
}

/** The resources for these parameters, with their properties. */
export function createdBy(stack: Stack): Readonly<Record<string, unknown>> {
  const created = Object.entries(stack.template.Resources).filter(
    ([, { Condition }]) => Condition === undefined || isTrue(stack, Condition),
  )
  return Object.fromEntries(created.map(([name, { Properties }]) => [name, evaluate(stack, Properties)]))
}

/** CloudFormation's errors for the parameters: the name of a parameter, or the description of a rule. */
export function errorsOf(stack: Stack): readonly string[] {
  const { Parameters, Rules } = stack.template
  const wrong = Object.keys(Parameters).filter((name) => !isAccepted(stack, name))
  const broken = Object.values(Rules).flatMap(({ RuleCondition = { 'Fn::Equals': ['', ''] }, Assertions }) =>
    evaluate(stack, RuleCondition) === true ? Assertions.filter(({ Assert }) => evaluate(stack, Assert) !== true) : [],
  )
  return [...wrong, ...broken.map(({ AssertDescription }) => AssertDescription)]
}

function isAccepted({ template, given }: Stack, name: string): boolean {
  const { Type, Default, AllowedPattern, AllowedValues, ...bounds } = template.Parameters[name] ?? { Type: 'String' }
  const value = given[name] ?? Default
  if (value === undefined) return false
  const items = Type === 'CommaDelimitedList' ? String(value).split(',') : [String(value)]
  const { MinLength = 0, MinValue = -Infinity, MaxValue = Infinity } = bounds
  return items.every(
    (item) =>
      (AllowedPattern === undefined || new RegExp(AllowedPattern).test(item)) &&
      (AllowedValues === undefined || AllowedValues.map(String).includes(item)) &&
      item.length >= MinLength &&
      (Type !== 'Number' || (Number(item) >= MinValue && Number(item) <= MaxValue)),
  )
}
