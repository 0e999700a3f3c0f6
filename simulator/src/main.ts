#!/usr/bin/env node
import { check } from './check/command.ts'
import { neighborWarnings } from './http/sites.ts'
import { help, settings } from './settings.ts'
import { startSimulator } from './simulator.ts'

/** `npm run simulator`, `marketplace-simulator`: AWS Marketplace on this machine, for any seller's own application. */
async function main([command, ...rest]: readonly string[]): Promise<void> {
  if (command === 'check') {
    process.exitCode = await check(rest, (text) => process.stdout.write(text))
    return
  }
  const { quiet, help: helpWanted, ...options } = settings(process.argv.slice(2), process.env)
  if (helpWanted) {
    process.stdout.write(help)
    return
  }
  const log = quiet ? () => undefined : print
  const simulator = await startSimulator({ ...options, log })

  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close())

  print(`
A simulated AWS Marketplace is at   ${simulator.url}
Its buttons send buyers to          ${options.landingUrl}

Start your application with

  AWS_ENDPOINT_URL_MARKETPLACE_METERING=${simulator.url}
  AWS_ACCESS_KEY_ID=simulated
  AWS_SECRET_ACCESS_KEY=simulated

let it accept the product code ${simulator.productCode}
and, to try assuming a role, set AWS_ENDPOINT_URL_STS=${simulator.url} too.

Calls so far: ${simulator.url}/calls.  Tokens for scripts: POST ${simulator.url}/tokens.  Ctrl+C stops.
`)
  for (const warning of neighborWarnings(simulator.url, options.landingUrl)) print(`Note: ${warning}\n`)
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
