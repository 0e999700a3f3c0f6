import { quantile } from '../drill/figures.ts'

/** Of several runs: the middle one, and the ends. */
export type Spread = { readonly median: number; readonly lowest: number; readonly highest: number }

export function spread(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5), lowest: Math.min(...values), highest: Math.max(...values) }
}

export function say({ median, lowest, highest }: Spread, digits = 2): string {
  return `${median.toFixed(digits)} (${lowest.toFixed(digits)} to ${highest.toFixed(digits)})`
}
