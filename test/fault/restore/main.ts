import { parseArgs } from 'node:util';
import { createRandom } from '../../random.ts';
import { makeGround } from './ground.ts';
import type { Seen } from './trials.ts';
import { inPlaceTrial, measure, stagedTrial } from './trials.ts';

const HELP = `Usage: node test/fault/restore/main.ts [--kills N] [--files N] [--megabytes N] [--seed N]

Restores a damaged tree again and again from a real restic repository. Each restore is killed with -9 at random moments,
with what it started or without, and begun again, until N kills were done (default 200). After every kill the tree has to be
the old or the new one (or absent, between two renames), at the end of each restore the new one to the last bit.
Beside it, restic's own restore onto the tree, killed once in each of a fifth as many trials.

Ctrl-C lets the restore end that has begun, and prints what there is.`;

const stopping = new AbortController();
process.once('SIGINT', () => stopping.abort());

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    files: { type: 'string', default: '400' },
    megabytes: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(`${HELP}\n`);
else await main(Number(values.kills), Number(values.seed));

async function main(kills: number, seed: number): Promise<void> {
  const random = createRandom(seed);
  const ground = await makeGround(seed, { files: Number(values.files), bytes: Number(values.megabytes) * 1e6 });
  const began = performance.now();
  try {
    const { stagedMs, inPlaceMs } = await measure(ground);
    const staged: Seen[] = [];
    while (counted(staged) < kills && !stopping.signal.aborted)
      staged.push(await stagedTrial(ground, random, stagedMs));
    const inPlace: Seen[] = [];
    while (counted(inPlace) < Math.ceil(kills / 5) && !stopping.signal.aborted)
      inPlace.push(await inPlaceTrial(ground, random, inPlaceMs));
    await ground.repository.unlock(AbortSignal.timeout(60_000));
    await ground.repository.check(100, AbortSignal.timeout(600_000));
    const took = {
      seed,
      stagedMs: Math.round(stagedMs),
      inPlaceMs: Math.round(inPlaceMs),
      seconds: Math.round((performance.now() - began) / 1000),
    };
    const outcome = { staged: sum(staged), inPlace: sum(inPlace), check: 'clean', ...took };
    process.stdout.write(`${JSON.stringify(outcome)}\n`);
    process.exitCode = outcome.staged.mixed + outcome.staged.notExact + outcome.staged.leftOver === 0 ? 0 : 1;
  } finally {
    await ground.close();
  }
}

function counted(all: readonly Seen[]): number {
  return all.reduce((n, { afterKills }) => n + afterKills.length, 0);
}

function sum(all: readonly Seen[]) {
  const states = all.flatMap(({ afterKills }) => afterKills);
  const count = (state: string) => states.filter((each) => each === state).length;
  return {
    ...{ restores: all.length, kills: states.length },
    ...{ old: count('old'), new: count('new'), absent: count('absent'), mixed: count('mixed') },
    notExact: all.filter(({ exactAtEnd }) => !exactAtEnd).length,
    leftOver: all.filter(({ leftOver }) => leftOver.length > 0).length,
  };
}
