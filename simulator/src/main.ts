#!/usr/bin/env node
import { check } from './check/command.ts'
import { siteWarnings } from './http/sites.ts'
import { help, settings } from './settings.ts'
import { startSimulator } from './simulator.ts'

/** `npm run simulator`, `marketplace-simulator`. */
async function main([command, ...rest]: readonly string[]): Promise<void> {
  if (command === 'check') {
    process.exitCode = await check(rest, (text) => process.stdout.write(text))
    return
  }
  const { quiet, help: isHelpWanted, ...options } = settings(process.argv.slice(2), process.env)
  if (isHelpWanted) {
    process.stdout.write(help)
    return
  }
  const log = quiet ? () => undefined : print
  const simulator = await startSimulator({ ...options, log })

  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close())

  const [first, ...others] = simulator.products.map(({ code }) => code)
  print(`
A simulated AWS Marketplace listens on   ${simulator.url}
Its buttons send buyers to               ${options.landingUrl}

Start your application with

  AWS_ENDPOINT_URL=${simulator.url}
  AWS_ACCESS_KEY_ID=simulated
  AWS_SECRET_ACCESS_KEY=simulated
  AWS_REGION=us-east-1

and configure it to accept the product code${others.length === 0 ? '' : 's'} ${[first, ...others].join(', ')}.

Tokens for tests: POST ${simulator.url}/tokens. Calls so far: ${simulator.url}/calls. Ctrl+C stops.
`)
  for (const warning of siteWarnings(simulator.url, options.landingUrl)) print(`Note: ${warning}\n`)
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`The simulator cannot start: ${error instanceof Error ? explain(error) : String(error)}\n`)
  process.exitCode = 1
})

function print(line: string): void {
  process.stdout.write(line + '\n')
}

function explain(error: Error & { readonly code?: unknown; readonly port?: unknown }): string {
  if (error.code === 'EADDRINUSE') return `port ${String(error.port)} is in use; choose another with PORT=… or --port`
  if (error.code === 'EACCES') return `port ${String(error.port)} needs more rights; choose one above 1023`
  return error.message
}
