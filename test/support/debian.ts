import { existsSync } from 'node:fs'

/** The Debian packages that the system tests and the drills need, each with a file that it installs. */
const packages = {
  awscli: '/usr/bin/aws',
  fontconfig: '/usr/bin/fc-match',
  'fonts-noto-cjk': '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
  haproxy: '/usr/sbin/haproxy',
  pgbouncer: '/usr/sbin/pgbouncer',
  prometheus: '/usr/bin/promtool',
  'python3-boto3': '/usr/lib/python3/dist-packages/boto3',
} as const

type DebianPackage = keyof typeof packages

/** The path of that file. Throws with the command that installs the package. */
export function installed(name: DebianPackage): string {
  const path = packages[name]
  if (existsSync(path)) return path
  throw new Error(`${path} is missing. Install it: apt-get install -y --no-install-recommends ${name}`)
}

// `node test/support/debian.ts` prints the missing packages, for .ci/run.
if (import.meta.main) {
  const missing = Object.entries(packages).flatMap(([name, path]) => (existsSync(path) ? [] : [name]))
  process.stdout.write(missing.join(' '))
}
