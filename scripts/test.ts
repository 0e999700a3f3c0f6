import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** `npm test`: runs the checks and the tests at the same time. Arguments are passed to Vitest. */
const options = { shell: process.platform === 'win32' }
const check = spawn('npm', ['run', '--silent', 'check'], { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
const checked = Promise.all([text(check.stdout), text(check.stderr), once(check, 'close')])
const tests = spawn('npx', ['vitest', 'run', ...process.argv.slice(2)], { ...options, stdio: 'inherit' })
await once(tests, 'close')
const [output, errors] = await checked
process.stdout.write(output + errors)
process.stdout.write(`Types, lint and format: ${check.exitCode === 0 ? 'passed' : 'FAILED'}\n`)
process.exitCode = tests.exitCode === 0 && check.exitCode === 0 ? 0 : 1
