/** One figure beside its limit in the same run, and the budget if there is one. */
export interface Row {
  what: string;
  unit: 'ms' | 'MB' | 'calls';
  value: number;
  beside?: { what: string; value: number };
  budget?: string;
}

/** The middle and the slow end of some samples. */
export function quantiles(samples: readonly number[]): { p50: number; p99: number } {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

/** Prints rows as a table, or as JSON. */
export function print(rows: readonly Row[], json: boolean): void {
  if (json) return void process.stdout.write(`${JSON.stringify({ node: process.version, rows })}\n`);
  for (const { what, value, unit, beside, budget } of rows) {
    const limit = beside
      ? `${(value / beside.value).toFixed(1)} times ${beside.what} (${beside.value.toFixed(2)})`
      : '';
    process.stdout.write(
      `${what.padEnd(44)} ${value.toFixed(2).padStart(9)} ${unit.padEnd(5)}  ${limit.padEnd(48)} ${budget ? `budget ${budget}` : ''}\n`,
    );
  }
}
