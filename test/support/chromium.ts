import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import project from '../../package.json' with { type: 'json' }

type Chromium = {
  readonly executablePath: string
  /** Additional environment variables. */
  readonly env: Readonly<Record<string, string>>
}

/** Paths of Chrome and Chromium. The headless shell comes first because it needs half the CPU time. */
const places = {
  linux: [
    '/usr/bin/chromium-headless-shell',
    '/usr/bin/chromium',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/google-chrome',
    '/usr/bin/chromium-browser',
  ],
  darwin: ['', homedir()].flatMap((folder) => [
    `${folder}/Applications/Google Chrome.app/Contents/MacOS/Google Chrome`,
    `${folder}/Applications/Chromium.app/Contents/MacOS/Chromium`,
  ]),
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map(
    (name) => `${process.env[name] ?? ''}\\Google\\Chrome\\Application\\chrome.exe`,
  ),
} as const satisfies Partial<Record<NodeJS.Platform, readonly string[]>>

const cache = join(import.meta.dirname, '../../node_modules/.cache')
const unpacked = join(cache, `chromium-${project.devDependencies['@sparticuz/chromium']}`)

/** `CHROMIUM`, otherwise Chrome or Chromium of this machine, otherwise the one from npm. */
export async function findChromium(): Promise<Chromium> {
  const { CHROMIUM } = process.env
  if (CHROMIUM !== undefined && CHROMIUM !== '') return { executablePath: CHROMIUM, env: {} }
  const installed = Object.entries(places)
    .flatMap(([platform, paths]) => (platform === process.platform ? paths : []))
    .find(isInstalled)
  if (installed !== undefined) return { executablePath: installed, env: {} }
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('No browser found. Install Google Chrome, or set CHROMIUM to the path of a Chrome or Chromium.')
  if (!existsSync(unpacked)) await unpack()
  return { executablePath: join(unpacked, 'chromium'), env: ownLibraries() }
}

/** On Ubuntu, `chromium-browser` is a script that fails if the snap is not installed. */
function isInstalled(path: string): boolean {
  return existsSync(path) && (process.platform !== 'linux' || spawnSync(path, ['--version']).status === 0)
}

/** Its own configuration names /tmp/fonts. Without any font, Chromium crashes. */
const fontConfiguration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir></fontconfig>
`

/** The package unpacks into the temporary folder; on AWS Lambda, its libraries too. */
async function unpack(): Promise<void> {
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(`${unpacked}-`)
  const program = `const { default: chromium } = await import('@sparticuz/chromium'); await chromium.executablePath()`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
    env: { TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
    stdio: 'inherit',
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`Chromium could not be unpacked into ${folder}`)
  await writeFile(join(folder, 'fonts/fonts.conf'), fontConfiguration)
  // Another run may have unpacked it first.
  await rename(folder, unpacked).catch(() => rm(folder, { recursive: true }))
}

function ownLibraries(): Chromium['env'] {
  const libraries = [join(unpacked, 'al2023/lib'), process.env['LD_LIBRARY_PATH'] ?? '']
  return {
    LD_LIBRARY_PATH: libraries.filter((folder) => folder !== '').join(delimiter),
    FONTCONFIG_PATH: join(unpacked, 'fonts'),
  }
}

/** The global setup of the tests: unpacks Chromium once, before the test files start. */
export default async function setup(): Promise<void> {
  // Tests without a browser still run. `launchBrowser` throws the error again.
  await findChromium().catch(() => undefined)
}
