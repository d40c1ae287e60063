import { parseArgs } from 'node:util';
import { pressWrongly } from '../fuzz/presses.ts';
import { fuzz } from '../fuzz/run.ts';

const HELP = `Usage: node test/fault/fuzz.ts [--updates N] [--presses N] [--seed N] [--json]

Sends made-up updates through a hub with a ledger in memory and a dead Telegram, and checks of each that
nothing crashes and that nothing is asked which does not plainly come from an operator in an allowed chat.
At the end the process may not be more than a quarter (and 32 MB) larger than at a fifth of the way.

Then it presses the buttons of questions wrongly: as somebody else, elsewhere, too late, again, guessed, malformed.

  --updates  how many (default 100000)
  --presses  how many of these, in steps of 250 (default 10000)
  --seed     seed of the updates (default 1)
  --json     one JSON object instead of lines`;

const { values } = parseArgs({
  options: {
    updates: { type: 'string', default: '100000' },
    presses: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(`${HELP}\n`);
else await main();

/** Ends with 1 when anything is wrong. */
async function main(): Promise<void> {
  const began = performance.now();
  const [seed, questions] = [Number(values.seed), Math.ceil(Number(values.presses) / 250)];
  const { wrong, ...done } = await fuzz({ updates: Number(values.updates), seed });
  wrong.push(...(await pressWrongly({ questions, seed })));
  const seconds = Math.round((performance.now() - began) / 1000);
  const { fifth, end } = done.rssMb;
  const isFlat = end <= fifth * 1.25 + 32;
  const totals = { ...done, presses: questions * 250, seed, seconds, wrong: wrong.length, isFlat };
  process.exitCode = wrong.length === 0 && isFlat ? 0 : 1;
  const lines = values.json
    ? [JSON.stringify({ ...totals, examples: wrong.slice(0, 20) })]
    : [...wrong.slice(0, 20), JSON.stringify(totals)];
  process.stdout.write(`${lines.join('\n')}\n`);
}
