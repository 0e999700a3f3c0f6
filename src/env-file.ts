import { readEnvFile } from './config/env-file.ts'

// Loaded by npm's scripts before the program. The environment wins over the file.
const file = readEnvFile('.env')
if (typeof file === 'string') {
  process.stderr.write(`${file}\n`)
  process.exit(1)
}
for (const [name, value] of Object.entries(file)) process.env[name] ??= value
