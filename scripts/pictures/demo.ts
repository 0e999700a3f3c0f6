import { freePort } from '../../test/support/free-port.ts'
import { answering, startProgram } from '../../test/support/program.ts'

export type Demo = { readonly simulator: string; readonly console: string; readonly close: () => Promise<void> }

const buyers = [
  {
    name: 'Ada Lovelace',
    company: 'Analytical Engines',
    email: 'ada@engines.example',
    use_case: 'Reports for the board',
  },
  { name: 'Grace Hopper', company: 'Compilers and Sons', email: 'grace@compilers.example', use_case: 'Usage by team' },
  { name: 'Alan Turing', company: 'Bombe Logistics', email: 'alan@bombe.example', use_case: 'Forecasts' },
] as const

/** Starts the demo and adds buyers to data/demo.db: three have registered, and two did not finish. */
export async function startDemo(): Promise<Demo> {
  const [port, simulatorPort] = [String(await freePort()), String(await freePort())]
  const [landing, simulator] = [`http://localhost:${port}`, `http://127.0.0.1:${simulatorPort}`]
  const program = startProgram({ args: ['src/demo.ts'], env: { PORT: port, SIMULATOR_PORT: simulatorPort } })
  await answering(program, `${landing}/readyz`)
  for (const buyer of buyers) await register(landing, await land(landing, simulator), buyer)
  await land(landing, simulator)
  await land(landing, simulator)
  return {
    simulator,
    console: `${landing}/console`,
    close: async () => {
      program.child.kill('SIGKILL')
      await program.ended
    },
  }
}

/** Lands as a new buyer. Resolves with the cookie. */
async function land(landing: string, simulator: string): Promise<string> {
  const issued = await fetch(`${simulator}/tokens`, {
    method: 'POST',
    body: new URLSearchParams({ scenario: 'new-buyer' }),
  })
  const { fields } = (await issued.json()) as { fields: Record<string, string> }
  const landed = await fetch(landing, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) })
  return landed.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')
}

async function register(landing: string, cookie: string, fields: Readonly<Record<string, string>>): Promise<void> {
  await fetch(`${landing}/registration`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, 'Sec-Fetch-Site': 'same-origin' },
    body: new URLSearchParams(fields),
  })
}
