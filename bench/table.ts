/** One figure beside its limit in the same run, and the budget if there is one. */
export interface Row {
  what: string;
  unit: 'ms' | 'MB' | 'calls' | 'commands' | 'trips' | 'times' | '%';
  value: number;
  beside?: { what: string; value: number };
  /** The most that the value, or its ratio to what is beside it, may be. */
  budget?: { most: number; of?: 'value' | 'ratio' };
}

/** Rows of one part, or why there are none. */
export interface Outcome {
  part: string;
  rows: Row[];
  skipped?: string | undefined;
  /** What has to be known to read the rows. */
  notes: string[];
}

/** The middle and the slow end of some samples. */
export function quantiles(samples: readonly number[]): { p50: number; p99: number } {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

/** The middle of some samples. */
export function median(samples: readonly number[]): number {
  return quantiles(samples).p50;
}

/** A row with what follows from it. */
function judged(row: Row) {
  const ratio = row.beside && row.value / row.beside.value;
  const { most, of = 'value' } = row.budget ?? { most: Number.POSITIVE_INFINITY };
  const isWithin = (of === 'ratio' ? (ratio ?? 0) : row.value) <= most;
  return { ...row, ...(ratio === undefined ? {} : { ratio }), ...(row.budget ? { ok: isWithin } : {}) };
}

/** The outcomes as lines for a person. */
export function table(outcomes: readonly Outcome[]): string {
  const head = ['', 'figure', '', 'limit of nature, same run', 'ratio', 'budget', ''];
  return outcomes
    .flatMap(({ part, rows, skipped, notes }) => [
      line([part, ...head.slice(1)]),
      ...(skipped === undefined ? [] : [`  ${skipped}`]),
      ...rows.map((row) => line(cells(row))),
      ...notes.map((note) => `  ${note}`),
      '',
    ])
    .join('\n');
}

/** The same for a program: `{node, rows: [{part, what, unit, value, beside?, ratio?, budget?, ok?}], skipped, notes}`. */
export function json(outcomes: readonly Outcome[]): string {
  const rows = outcomes.flatMap(({ part, rows: of }) => of.map((row) => ({ part, ...judged(row) })));
  const skipped = outcomes.flatMap(({ part, skipped: why }) => (why === undefined ? [] : [{ part, why }]));
  const notes = outcomes.flatMap(({ part, notes: of }) => of.map((note) => ({ part, note })));
  return JSON.stringify({ node: process.version, rows, skipped, notes });
}

function cells(row: Row): string[] {
  const { what, value, unit, beside, budget, ok, ratio } = judged(row);
  return [
    `  ${what}`,
    figure(value),
    unit,
    beside ? `${beside.what} ${figure(beside.value)}` : '',
    ratio === undefined ? '' : ratio.toFixed(1),
    budget ? `${budget.of === 'ratio' ? 'ratio ' : ''}${budget.most}` : '',
    ok === undefined ? '' : ok ? 'ok' : 'MISS',
  ];
}

function line([what = '', value = '', unit = '', limit = '', ratio = '', budget = '', ok = '']: string[]): string {
  const left = `${what.padEnd(58)} ${value.padStart(9)} ${unit.padEnd(8)}`;
  return `${left} ${limit.padEnd(44)} ${ratio.padStart(5)} ${budget.padStart(10)}  ${ok}`.trimEnd();
}

function figure(value: number): string {
  return value.toFixed(value >= 1000 ? 0 : 2);
}
