import { parseArgs } from 'node:util';
import type { Amount } from '../../fixtures/data.ts';
import { createRandom } from '../../random.ts';
import { makeGround } from './ground.ts';
import type { Seen } from './trials.ts';
import { inPlaceTrial, measure, stagedTrial } from './trials.ts';
import { wholeLife } from './whole.ts';

const HELP = `Usage: node test/fault/restore/main.ts [--kills N] [--files N] [--megabytes N] [--seed N]
       node test/fault/restore/main.ts --whole [--files N] [--megabytes N] [--seed N]

Restores a damaged tree again and again from a real restic repository. Each restore is killed with -9 at random moments,
with what it started or without, and begun again, until N kills were done (default 200). After every kill the tree has to be
the old or the new one, at the end of each restore the new one to the last bit.
Beside it, restic's own restore onto the tree, killed once in each trial and run again, until as many were killed.

With --whole nothing is killed: a node in a process of its own is ordered from the chat through a whole life of a set
(100,000 files and 2,100 MB unless told): backup, change, backup, list, diff, one folder back, all back, the older one back,
undo, check of all data. After every restore content, names, modes, owners, links, times and extended attributes are compared.

Ctrl-C lets the restore (with --whole the order) end that has begun, and prints what there is.`;

const stopping = new AbortController();
process.once('SIGINT', () => stopping.abort());

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    whole: { type: 'boolean', default: false },
    files: { type: 'string' },
    megabytes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(`${HELP}\n`);
else if (values.whole) await whole(Number(values.seed), amountOf('100000', '2100'));
else await main(Number(values.kills), Number(values.seed));

function amountOf(files: string, megabytes: string): Amount {
  return { files: Number(values.files ?? files), bytes: Number(values.megabytes ?? megabytes) * 1e6 };
}

async function whole(seed: number, amount: Amount): Promise<void> {
  const outcome = await wholeLife({ seed, signal: stopping.signal, ...amount }, (line) =>
    process.stderr.write(`${line}\n`),
  );
  process.stdout.write(`${JSON.stringify({ seed, ...outcome })}\n`);
  process.exitCode = outcome.wrong.length === 0 ? 0 : 1;
}

async function main(kills: number, seed: number): Promise<void> {
  const random = createRandom(seed);
  const ground = await makeGround(seed, amountOf('400', '20'));
  const began = performance.now();
  try {
    const { stagedMs, inPlaceMs } = await measure(ground);
    const staged: Seen[] = [];
    while (counted(staged) < kills && !stopping.signal.aborted)
      staged.push(await stagedTrial(ground, random, stagedMs));
    const inPlace: Seen[] = [];
    while (counted(inPlace) < kills && !stopping.signal.aborted)
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
    process.exitCode =
      outcome.staged.mixed + outcome.staged.absent + outcome.staged.notExact + outcome.staged.leftOver === 0 ? 0 : 1;
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
