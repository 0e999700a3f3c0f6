import { expect, it } from 'vitest'
import { deployDocument, inlineCode, shellBlocks } from '../support/deploy-document.ts'
import { readTemplate, templateNames } from '../support/template.ts'

const stacks = {
  base: readTemplate('base.yaml'),
  events: readTemplate('events.yaml'),
  landing: readTemplate('app.yaml'),
}
const templates = Object.values(stacks)
const code = [...shellBlocks, ...inlineCode]

it('the document about deployment has at most 150 lines', () => {
  expect(deployDocument.trimEnd().split('\n').length).toBeLessThanOrEqual(150)
})

it('each output that a documented command reads exists in that stack', () => {
  const read = code.flatMap((text) => [...text.matchAll(/\boutput marketplace-(base|events|landing) (\w+)/g)])
  expect(read.length).toBeGreaterThan(8)
  const missing = read.filter(([, stack, name = '']) => {
    const [, template] = Object.entries(stacks).find(([key]) => key === stack) ?? []
    return template?.Outputs[name] === undefined
  })
  expect(missing.map(([text]) => text)).toEqual([])
})

it('each parameter that the document sets exists', () => {
  const ofAws = ['Name', 'Values', 'MinCapacity', 'MaxCapacity']
  const names = code.flatMap((text) =>
    [...text.matchAll(/(?<![\w[])([A-Z]\w*[a-z]\w*)=(?!=)/g)].map(([, name = '']) => name),
  )
  expect(names.length).toBeGreaterThan(25)
  const known = templates.flatMap(({ Parameters }) => Object.keys(Parameters))
  expect(names.filter((name) => !known.includes(name) && !ofAws.includes(name))).toEqual([])
})

it('each name in the document is a parameter, an output, an alarm or a name of AWS', () => {
  const ofAws = ['CachingDisabled', 'AllViewer', 'CannotPullContainer', 'ResourceInitializationError', 'LimitExceeded']
  const names = inlineCode.filter((text) => /^[A-Z][a-z]+(?:[A-Z][a-z]+)+$/.test(text))
  expect(names.length).toBeGreaterThan(25)
  const known = templates.flatMap(({ Parameters, Outputs, Resources }) => [
    ...Object.keys({ ...Parameters, ...Outputs }),
    ...Object.entries(Resources).flatMap(([name, { Type }]) =>
      Type === 'AWS::CloudWatch::Alarm' ? [name.replace(/Alarm$/, '')] : [],
    ),
  ])
  expect(names.filter((name) => !known.includes(name) && !ofAws.includes(name))).toEqual([])
})

it.each(templateNames)('the documented creation of %s sets every parameter without a default', (name) => {
  const [create = ''] = shellBlocks
  const commands = create.replaceAll('\\\n', ' ').split('\n')
  const set = commands.filter((line) => line.includes(`--template-file deploy/${name}`)).join(' ')
  const needed = Object.entries(readTemplate(name).Parameters).filter(([, { Default }]) => Default === undefined)
  expect(set).not.toBe('')
  expect(needed.map(([parameter]) => parameter).filter((parameter) => !set.includes(` ${parameter}=`))).toEqual([])
})
