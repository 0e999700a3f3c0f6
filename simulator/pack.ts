import { execFileSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const folder = import.meta.dirname
const project = join(folder, '..')
const built = join(project, 'dist/simulator')

/** `npm run pack:simulator`: compiles the simulator and leaves it as a tarball in `dist/`. */
function pack(): void {
  rmSync(join(project, 'dist'), { recursive: true, force: true })
  execFileSync(process.execPath, [join(project, 'node_modules/typescript/bin/tsc'), '-p', folder], { stdio: 'inherit' })
  cpSync(join(folder, 'src/marketplace.css'), join(built, 'marketplace.css'))
  for (const file of ['package.json', 'README.md']) cpSync(join(folder, file), join(built, file))
  cpSync(join(project, 'LICENSE'), join(built, 'LICENSE'))
  execFileSync('npm', ['pack', built, '--pack-destination', join(project, 'dist')], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
}

pack()
