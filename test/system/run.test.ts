import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, inject, it } from 'vitest'
import { installed } from '../support/debian.ts'
import { required, taskEnvironment } from '../support/deployment.ts'
import { listen } from '../support/listen.ts'
import { createDatabase } from '../support/postgres.ts'
import { startProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

type Ran = { readonly exitCode: number | null; readonly lines: readonly string[] }
type Input = Readonly<Record<string, unknown>>

/** Long, because each call of the AWS CLI starts Python. */
const patienceMs = 240_000

const outputs = { ClusterName: 'cluster', ServiceName: 'service' }
const network = { awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' } }

/** CloudFormation, ECS and CloudWatch Logs as far as the script asks. A task runs its command on this machine. */
async function anAccount(runTask: (command: readonly string[]) => Promise<Ran> | Ran) {
  let ran: Ran = { exitCode: null, lines: [] }
  const calls: { action: string; input: Input }[] = []
  const answers: Readonly<Record<string, (input: Input) => unknown>> = {
    DescribeServices: () => ({
      services: [{ taskDefinition: 'landing:7', networkConfiguration: network }],
    }),
    DescribeTaskDefinition: () => ({
      taskDefinition: {
        containerDefinitions: [
          { name: 'database-user' },
          { name: 'app', logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'log' } } },
        ],
      },
    }),
    RunTask: async ({ overrides }) => {
      const { containerOverrides } = overrides as { containerOverrides: { command: readonly string[] }[] }
      ran = await runTask(containerOverrides[0]?.command ?? [])
      return { tasks: [{ taskArn: 'arn:aws:ecs:eu-central-1:111111111111:task/cluster/0123' }], failures: [] }
    },
    DescribeTasks: () => {
      const reason = ran.exitCode === null ? { stoppedReason: 'Task failed to start' } : {}
      const app = { name: 'app', ...(ran.exitCode !== null && { exitCode: ran.exitCode }) }
      const user = { name: 'database-user', reason: 'CannotPullContainerError', exitCode: 1 }
      return { tasks: [{ lastStatus: 'STOPPED', ...reason, containers: ran.exitCode === null ? [user, app] : [app] }] }
    },
    // Two lines per page. The last token is returned twice.
    GetLogEvents: ({ nextToken, logStreamName }) => {
      const lines = logStreamName === 'app/app/0123' ? ran.lines : ['why the user could not be made']
      const start = Number(nextToken ?? 0)
      const events = lines.slice(start, start + 2).map((message) => ({ message, timestamp: 1, ingestionTime: 1 }))
      return { events, nextForwardToken: String(Math.min(start + 2, lines.length)), nextBackwardToken: 'b' }
    },
  }
  const { url } = await listen((req, res) => {
    void text(req).then(async (body) => {
      const [, action] = /\.(\w+)$/.exec(String(req.headers['x-amz-target'])) ?? []
      if (action === undefined) {
        const list = Object.entries(outputs).map(
          ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
        )
        const stack = `<member><StackName>s</StackName><CreationTime>2026-11-24T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${list.join('')}</Outputs></member>`
        res.end(
          `<DescribeStacksResponse><DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult></DescribeStacksResponse>`,
        )
        return
      }
      const input = JSON.parse(body) as Input
      calls.push({ action, input })
      res.setHeader('Content-Type', 'application/x-amz-json-1.1')
      res.end(JSON.stringify(await answers[action]?.(input)))
    })
  })
  const folder = temporaryFolder()
  // Debian's AWS CLI does not read AWS_ENDPOINT_URL.
  writeFileSync(join(folder, 'aws'), `#!/bin/sh\nexec ${installed('awscli')} --endpoint-url ${url} "$@"\n`)
  chmodSync(join(folder, 'aws'), 0o755)
  const run = async (...args: readonly string[]) => {
    const program = startProgram({
      command: 'deploy/run.sh',
      args,
      env: {
        PATH: `${folder}:/usr/bin:/bin`,
        HOME: '/nonexistent',
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'anything',
        AWS_REGION: 'eu-central-1',
        AWS_DEFAULT_REGION: 'eu-central-1',
      },
    })
    return { exitCode: await program.ended, output: program.output() }
  }
  return { run, calls }
}

it(
  'run.sh runs a command in a task, prints its output and exits with its code',
  async () => {
    const environment = {
      ...taskEnvironment(required),
      DATABASE_URL: await createDatabase(inject('postgresUrl')),
      PGPASSWORD: undefined,
    }
    const { run, calls } = await anAccount(async ([, ...args]) => {
      const program = startProgram({ args, env: environment })
      return { exitCode: Number(await program.ended), lines: program.output().trimEnd().split('\n') }
    })
    const { exitCode, output } = await run('deliveries', '--pending', '--json')
    // It reached the database, which no instance has migrated yet.
    expect([exitCode, output]).toEqual([2, expect.stringMatching(/^Started arn:\S+\n.*not migrated to this release/)])
    const { input } = calls.find(({ action }) => action === 'RunTask') ?? {}
    expect(input).toMatchObject({
      cluster: 'cluster',
      taskDefinition: 'landing:7',
      launchType: 'FARGATE',
      networkConfiguration: network,
    })
  },
  patienceMs,
)

it(
  'run.sh passes each argument unchanged and prints every page of the log in order',
  async () => {
    const lines = ['one', 'two', '{"three":\t3}', 'four', 'five']
    const { run, calls } = await anAccount(() => ({ exitCode: 3, lines }))
    const message = 'Use "Sign in" \\ then\nchoose $PLAN'
    const { exitCode, output } = await run('registrations', '--ready', '7K3M-9QXW-2PAB', '--message', message)
    expect(exitCode).toBe(3)
    expect(output.split('\n').slice(1)).toEqual([...lines, ''])
    const { input = {} } = calls.find(({ action }) => action === 'RunTask') ?? {}
    expect(input['overrides']).toEqual({
      containerOverrides: [
        {
          name: 'app',
          command: ['node', 'src/cli/registrations/main.ts', '--ready', '7K3M-9QXW-2PAB', '--message', message],
        },
      ],
    })
  },
  patienceMs,
)

it(
  'run.sh reports why a task did not start, with the output of the container before it',
  async () => {
    const { run } = await anAccount(() => ({ exitCode: null, lines: [] }))
    const { exitCode, output } = await run('doctor')
    expect(exitCode).toBe(1)
    expect(output).toContain('why the user could not be made')
    expect(output).toContain('deploy/run.sh: Task failed to start CannotPullContainerError')
  },
  patienceMs,
)

it('run.sh lists the commands', async () => {
  const { run, calls } = await anAccount(() => ({ exitCode: 0, lines: [] }))
  expect(await run('main')).toEqual({
    exitCode: 2,
    output: 'Usage: deploy/run.sh doctor|registrations|deliveries [options]\n',
  })
  expect(calls).toEqual([])
})
