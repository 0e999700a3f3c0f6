import { onTestFinished } from 'vitest'
import { compileCache } from './command.ts'
import { environment } from './environment.ts'
import { freePort } from './free-port.ts'
import { answering, startProgram, type Program } from './program.ts'

type ServiceProcess = Program & { readonly url: string }

/** The real service as a process. Killed when the test ends. */
export async function startService(env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const port = await freePort()
  const service = run('src/main.ts', { HOST: '127.0.0.1', PORT: String(port), ...env })
  const url = `http://127.0.0.1:${String(port)}`
  await answering(service, `${url}/readyz`)
  return { ...service, url }
}

/** Runs one of the project's programs with a valid environment and the given variables. */
export function run(program: string, env: Readonly<Record<string, string>>): Program {
  const service = startProgram({ args: [program], env: { ...compileCache, ...environment(env) } })
  onTestFinished(async () => {
    service.child.kill('SIGKILL')
    await service.ended
  })
  return service
}
