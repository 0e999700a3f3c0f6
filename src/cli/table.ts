/** Lines of cells as a table for a terminal, the headings first. */
export function table(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, at) => Math.max(...lines.map((line) => (line[at] ?? '').length)))
  const row = (line: readonly string[]) => line.map((text, at) => text.padEnd(widths[at] ?? 0)).join('  ')
  return lines.map((line) => `${row(line).trimEnd()}\n`).join('')
}
