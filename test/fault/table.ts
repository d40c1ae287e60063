/** What one trial came to. */
export interface Result {
  /** The row that it counts in. */
  row: string;
  deaths: number;
  /** How it ended, in a word. */
  verdict: string;
  twins: number;
  /** How often the person asked; more than once where the first question was lost. */
  asked: number;
  /** How long after the last fault the verdict was told, in s; undefined: it was not measured. */
  toldAfterS?: number | undefined;
  /** The restart was done more often than it was asked for. */
  double: boolean;
  /** Sentences about what is wrong, each with how to repeat it. */
  wrong: string[];
}

/** Results, counted row by row. */
export class Table {
  readonly #results: Result[] = [];

  add(result: Result): void {
    this.#results.push(result);
    for (const sentence of result.wrong) process.stderr.write(`\n${result.row}: ${sentence}\n`);
  }

  /** All rows, what they come to together, and what was wrong. */
  summary() {
    const groups = Map.groupBy(this.#results, ({ row }) => row);
    const rows = [...groups].map(([row, results]) => ({ row, ...sum(results), verdicts: verdictsOf(results) }));
    const wrong = this.#results.flatMap((result) => result.wrong);
    return { totals: { rows: rows.length, ...sum(this.#results) }, rows, wrong };
  }

  /** The same as lines of text. */
  lines(): string[] {
    const { totals, rows, wrong } = this.summary();
    const cells = rows.map(({ row, trials, deaths, twins, again, slowestS, wrong: count, verdicts }) => [
      row.padEnd(38),
      `${trials} trials`,
      `${deaths} deaths`,
      `${twins} twins`,
      `${again} asked again`,
      `slowest ${slowestS} s`,
      `${count} wrong`,
      JSON.stringify(verdicts),
    ]);
    return [...cells.map((row) => row.join('  ')), ...wrong, JSON.stringify(totals)];
  }
}

function sum(results: readonly Result[]) {
  return {
    trials: results.length,
    deaths: total(results, ({ deaths }) => deaths),
    doubles: results.filter(({ double }) => double).length,
    twins: total(results, ({ twins }) => twins),
    again: results.filter(({ asked }) => asked > 1).length,
    slowestS: Math.max(0, ...results.map(({ toldAfterS = 0 }) => toldAfterS)),
    wrong: results.filter(({ wrong }) => wrong.length > 0).length,
  };
}

function total(results: readonly Result[], of: (result: Result) => number): number {
  return results.reduce((sum, result) => sum + of(result), 0);
}

function verdictsOf(results: readonly Result[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { verdict } of results) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}
