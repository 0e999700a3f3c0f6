import type { Figures } from './figures.ts'

/** The run's result as a Markdown table. */
export function table(results: readonly (readonly [name: string, figures: Figures])[]): string {
  const rows = results.map(([name, { load, faults, requests, failures, lost, broken }]) => [
    name,
    load,
    faults,
    requests.toLocaleString('en'),
    failures?.toLocaleString('en') ?? '-',
    lost?.toLocaleString('en') ?? '-',
    broken.length === 0 ? 'passed' : 'FAILED',
  ])
  const header = ['drill', 'load held', 'faults injected', 'requests', 'failures', 'lost', 'result']
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
