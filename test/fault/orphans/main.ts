import { parseArgs } from 'node:util';
import { createRandom } from '../../random.ts';
import type { Seen } from './trial.ts';
import { orphanTrial } from './trial.ts';

const HELP = `Usage: node test/fault/orphans/main.ts [--trials N] [--naive] [--seed N]

Kills an agent with -9 while a program that it started is at work (default: 50 times), and lets the next life say what became
of it. No process may be left then, and the verdict has to be what the world shows. Linux only.

  --naive  verifies without ending first what is left over: what would happen without it`;

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '50' },
    naive: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(`${HELP}\n`);
else await main(Number(values.trials), Number(values.seed));

async function main(trials: number, seed: number): Promise<void> {
  const random = createRandom(seed);
  const began = performance.now();
  const all: Seen[] = [];
  while (all.length < trials) {
    const seen = await orphanTrial(random, values.naive);
    all.push(seen);
    if (seen.wrong.length > 0) process.stderr.write(`${all.length}: ${seen.shape}: ${seen.wrong.join(', ')}\n`);
  }
  const verdicts = Object.fromEntries(
    [...Map.groupBy(all, ({ verdict }) => verdict)].map(([verdict, some]) => [verdict, some.length]),
  );
  const wrong = all.filter((seen) => seen.wrong.length > 0).length;
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stdout.write(`${JSON.stringify({ trials, wrong, verdicts, seed, seconds })}\n`);
  process.exitCode = wrong === 0 ? 0 : 1;
}
