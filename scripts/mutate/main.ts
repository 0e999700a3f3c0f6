import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mutations, type Mutation } from './mutations.ts'

const project = join(import.meta.dirname, '../..')

/**
 * `npm run mutate`: applies each mutation to `src`, runs its tests, and reports the mutations that no test catches. `-- --check`
 * only checks that every search text exists. `-- aws` selects the mutations of files whose path contains that text.
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
  // A test that always fails would seem to catch every mutation.
  const failing = [...new Set(chosen.map(({ tests }) => tests.join(' ')))].filter((tests) => !passes(tests.split(' ')))
  for (const tests of failing) print(`fails without a mutation: ${tests}`)
  if (failing.length > 0) return false
  const survivors = chosen.filter((mutation) => {
    const isFound = isCaught(mutation)
    print(`${isFound ? 'caught  ' : 'SURVIVED'} ${mutation.file}: ${mutation.search}`)
    return !isFound
  })
  print(`${String(chosen.length - survivors.length)} of ${String(chosen.length)} caught`)
  return survivors.length === 0
}

/** The search texts and tests of a mutation that do not exist. */
function lostPlaces({ file, search, tests }: Mutation): readonly string[] {
  const path = join(project, file)
  const times = existsSync(path) ? readFileSync(path, 'utf8').split(search).length - 1 : 0
  return [
    ...(times === 1 ? [] : [`${file} contains this text ${String(times)} times: ${search}`]),
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
