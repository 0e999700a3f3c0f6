import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mutations, type Mutation } from './mutations.ts'

const project = join(import.meta.dirname, '../..')

/**
 * `npm run mutate`: puts one fault after the other into `src`, and names those that no test finds. `-- --check` only looks for the
 * places, `-- aws` takes the mutations of files whose path has that text.
 */
function main(args: readonly string[]): boolean {
  const [wanted = ''] = args.filter((arg) => arg !== '--check')
  const chosen = mutations.filter(({ file }) => file.includes(wanted))
  const lost = chosen.flatMap(lostPlaces)
  for (const line of lost) print(line)
  if (lost.length > 0 || args.includes('--check')) {
    print(`${String(chosen.length)} mutations, ${String(lost.length)} without their place`)
    return lost.length === 0
  }
  // A test that fails by itself would seem to catch everything.
  const failing = [...new Set(chosen.map(({ tests }) => tests.join(' ')))].filter((tests) => !passes(tests.split(' ')))
  for (const tests of failing) print(`fails without any mutation: ${tests}`)
  if (failing.length > 0) return false
  const survivors = chosen.filter((mutation) => {
    const isFound = isCaught(mutation)
    print(`${isFound ? 'caught  ' : 'SURVIVED'} ${mutation.file}: ${mutation.search}`)
    return !isFound
  })
  print(`${String(chosen.length - survivors.length)} of ${String(chosen.length)} caught`)
  return survivors.length === 0
}

/** What a mutation names and the project no longer has. */
function lostPlaces({ file, search, tests }: Mutation): readonly string[] {
  const path = join(project, file)
  const times = existsSync(path) ? readFileSync(path, 'utf8').split(search).length - 1 : 0
  return [
    ...(times === 1 ? [] : [`${file} has ${String(times)} times: ${search}`]),
    ...tests.filter((test) => !existsSync(join(project, test))).map((test) => `${test} is missing`),
  ]
}

function isCaught({ file, search, replace, tests }: Mutation): boolean {
  const path = join(project, file)
  const original = readFileSync(path, 'utf8')
  try {
    writeFileSync(
      path,
      original.replace(search, () => replace),
    )
    return !passes(tests)
  } finally {
    writeFileSync(path, original)
  }
}

function passes(tests: readonly string[]): boolean {
  const args = [join(project, 'node_modules/vitest/vitest.mjs'), 'run', '--bail=1', ...tests]
  return spawnSync(process.execPath, args, { cwd: project, stdio: 'ignore' }).status === 0
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

process.exitCode = main(process.argv.slice(2)) ? 0 : 1
