import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { installed } from '../support/debian.ts'
import { inlineCode, shellBlocks } from '../support/deploy-document.ts'
import { required } from '../support/deployment.ts'
import { listen } from '../support/listen.ts'
import { startProgram } from '../support/program.ts'
import { evaluate, stacks } from '../support/stack.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Long, because each call of the AWS CLI starts Python. */
const patienceMs = 400_000

/** The AWS CLI's exit codes for a command that it does not understand, and for a missing profile. */
const unusable = ['252', '253']

/** Runs a script with the AWS CLI against an account that refuses everything. Returns the commands that the CLI rejects itself. */
async function rejected(script: string): Promise<{ readonly calls: number; readonly wrong: readonly string[] }> {
  const { url } = await listen((request, response) => {
    request.resume()
    response.writeHead(400, { 'Content-Type': 'application/x-amz-json-1.1' }).end('{"__type":"Refused"}')
  })
  const folder = temporaryFolder()
  const log = join(folder, 'log')
  writeFileSync(log, '')
  writeFileSync(join(folder, 'config'), '[default]\nregion = eu-central-1\n[profile seller]\nregion = us-east-1\n')
  const keys = 'aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = anything\n'
  writeFileSync(join(folder, 'credentials'), `[default]\n${keys}[seller]\n${keys}`)
  const program = (name: string, text: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  // Each call prints a value, so that the next command has one.
  program(
    'aws',
    `${installed('awscli')} --endpoint-url ${url} "$@" > /dev/null 2>&1\necho "$? $*" >> ${log}\necho value`,
  )
  program('docker', 'cat > /dev/null < /dev/null')
  const shell = startProgram({
    command: '/bin/bash',
    args: ['-c', script],
    env: {
      PATH: `${folder}:/usr/bin:/bin`,
      HOME: '/nonexistent',
      AWS_CONFIG_FILE: join(folder, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  })
  await shell.ended
  const calls = readFileSync(log, 'utf8').trim().split('\n')
  return { calls: calls.length, wrong: calls.filter((call) => unusable.includes(call.split(' ')[0] ?? '')) }
}

it(
  'the AWS CLI accepts each documented block of commands, in a shell',
  async () => {
    const [create = ''] = shellBlocks
    const [, helper = ''] = /^(output\(\) .+)$/m.exec(create) ?? []
    // The command that it would run needs a whole account: run.test.ts.
    const script = [helper, ...shellBlocks].join('\n').replaceAll('deploy/run.sh doctor', 'true')
    const { calls, wrong } = await rejected(script)
    expect(wrong).toEqual([])
    expect(calls).toBeGreaterThan(25)
  },
  patienceMs,
)

it(
  'the AWS CLI accepts each command in the text and in the outputs of the stacks',
  async () => {
    const inText = inlineCode
      .filter((text) => /^aws [a-z]/.test(text))
      .map((text) => text.replace(/\bARN\b/, required.CertificateArn))
    const { base, app } = stacks(required)
    const inOutputs = [base, app].flatMap((stack) =>
      Object.entries(stack.template.Outputs).flatMap(([name, { Value }]) =>
        name.endsWith('Command') && name !== 'RunCommand' ? [String(evaluate(stack, Value))] : [],
      ),
    )
    expect(inText.length).toBeGreaterThan(8)
    expect(inOutputs.length).toBeGreaterThan(4)
    const { wrong } = await rejected([...inText, ...inOutputs].join('\n'))
    expect(wrong).toEqual([])
  },
  patienceMs,
)

it(
  'a documented command with a wrong option is found',
  async () => {
    const { wrong } = await rejected('aws cloudformation delete-stack --stackname NAME\naws rds restore-cluster')
    expect(wrong).toEqual(['252 cloudformation delete-stack --stackname NAME', '252 rds restore-cluster'])
  },
  patienceMs,
)

it('each documented block is complete in the shell', () => {
  for (const block of shellBlocks)
    expect(spawnSync('/bin/bash', ['-n', '-c', block], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
})
