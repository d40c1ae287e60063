import { commandToVerdict } from './latency.ts';
import { memory } from './memory.ts';
import { start } from './start.ts';
import { stores } from './stores.ts';
import type { Row } from './table.ts';
import { print } from './table.ts';

const HELP = `Usage: npm run bench -- [--json]

Measures the budgets of the embedded default, each beside its limit of nature in the same run.
Machines are noisy: read the ratios, not the milliseconds.`;

if (process.argv.includes('--help')) process.stdout.write(`${HELP}\n`);
else {
  const rows: Row[] = [];
  for (const measure of [stores, commandToVerdict, start, memory]) rows.push(...(await measure()));
  print(rows, process.argv.includes('--json'));
}
