import { readEnvFile } from './config/env-file.ts'

// The npm scripts load this before the program. The environment takes precedence over the file.
const file = readEnvFile('.env')
if (typeof file === 'string') {
  process.stderr.write(`${file}\n`)
  process.exit(1)
}
for (const [name, value] of Object.entries(file)) process.env[name] ??= value
