/** What a subcommand has done or found: data for programs, lines for people, and how the process ends. */
export interface Outcome {
  data: object;
  lines: string[];
  exit?: number;
}

/** Prints an outcome, with `--json` as programs want it. */
export function printOutcome({ data, lines, exit = 0 }: Outcome, json: boolean | undefined): void {
  process.stdout.write(`${json ? JSON.stringify(data) : lines.join('\n')}\n`);
  process.exitCode = exit;
}
