import { execFileSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'

const source = import.meta.dirname
const project = join(source, '../..')
const built = join(project, 'dist/simulator')

/** `npm run pack:simulator`: compiles the simulator and leaves it as a tarball in `dist/`. */
function pack(): void {
  rmSync(join(project, 'dist'), { recursive: true, force: true })
  execFileSync(process.execPath, [join(project, 'node_modules/typescript/bin/tsc'), '-p', source], { stdio: 'inherit' })
  // Whatever is not compiled is needed as it is: styles, README, package.json.
  const isStatic = (path: string) => !path.endsWith('.ts') && basename(path) !== 'tsconfig.json'
  cpSync(source, built, { recursive: true, filter: isStatic })
  cpSync(join(project, 'LICENSE'), join(built, 'LICENSE'))
  execFileSync('npm', ['pack', built, '--pack-destination', join(project, 'dist')], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
}

pack()
