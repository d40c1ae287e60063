import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { timed } from './limits.ts';
import type { Program } from './program.ts';
import { CLONE } from './program.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';
import type { Row } from './table.ts';
import { median } from './table.ts';

const SIMULATED = fileURLToPath(new URL('./simulated.ts', import.meta.url));
const SIZES = [1, 10, 100, 300, 1000];
const TRIALS = 5;
/** A hub that has not told by then is not waited for, in ms. */
const GIVE_UP_MS = 20_000;
const Made = z.object({ keys: z.record(z.string(), z.string()) });

/** One read of many nodes: from the update at the hub's door to the one message with all answers, on a hub that has time of its own. */
export async function fanout(bundle: Program | undefined): Promise<Row[]> {
  const stage = await openStage({ nodes: [] });
  const nodes = fork(SIMULATED);
  try {
    const most = { make: Math.max(...SIZES), redis: stage.redis.url, hub: stage.hubKeys.public };
    const { keys } = Made.parse(await tell(nodes, most));
    const rows: Row[] = [];
    const taken = new Map<number, number>();
    for (const size of SIZES) {
      await stage.redis.ask('FLUSHALL');
      await stage.list(Object.fromEntries(Object.entries(keys).slice(0, size)));
      await tell(nodes, { begin: size });
      const hub = await stage.hub(bundle ?? CLONE, { HUB_SLEEPS: '0' });
      const trials = [];
      for (let n = -1; n < TRIALS; n += 1) {
        const trial = await ask(stage, nodes, size);
        if (n >= 0) trials.push(trial);
      }
      await hub.stop();
      const ms = median(trials.map((trial) => trial.ms));
      taken.set(size, ms);
      const beside = { what: 'one pipeline there and back', value: await pipeline(stage.redis.url, size) };
      const [what, budget] = [`one read of ${size} ${size === 1 ? 'node' : 'nodes'}`, { most: 1000 }];
      rows.push({ what, unit: 'ms', value: ms, beside, ...(size === 1000 ? { budget } : {}) });
      if (size === 1000) {
        const calls = median(trials.map((trial) => trial.calls));
        rows.push({
          what: 'Telegram calls for that, the file with what is too long included',
          unit: 'calls',
          value: calls,
          budget: { most: 1 },
        });
      }
    }
    const growth = (taken.get(1000) ?? 0) / 10 / (taken.get(100) ?? 1);
    return [
      ...rows,
      { what: 'a node among 1000 beside one among 100', unit: 'times', value: growth, budget: { most: 1.5 } },
    ];
  } finally {
    nodes.disconnect();
    await stage.close();
  }
}

/** Asks all nodes once; ends when the hub's last call of Telegram has shown that all are well. */
async function ask(stage: Stage, nodes: ChildProcess, size: number): Promise<{ ms: number; calls: number }> {
  const next = stage.announce();
  await tell(nodes, { prepare: next.intent });
  const before = stage.tap.calls.length;
  const shown = (await stage.messages()).at(-1)?.message_id ?? 0;
  const { postedAt } = await stage.type('/status', next);
  const all = size === 1 ? /all is well/ : new RegExp(`${size} nodes well`);
  const answered = async () =>
    (await stage.messages()).some(({ message_id: id, text }) => id > shown && all.test(text ?? '')) || undefined;
  await waitUntil(answered, { withinMs: GIVE_UP_MS, everyMs: 20, what: `the answer of ${size} nodes` });
  const told = stage.tap.calls.slice(before).findLast(({ method }) => /^(send|edit)Message/.test(method));
  // What does not fit into a message follows as a file.
  await stage.settle();
  const calls = stage.tap.calls.slice(before).filter(({ method }) => /^(send|edit)/.test(method));
  return { ms: (told?.at ?? Number.NaN) - postedAt, calls: calls.length };
}

/** An order for each node and an answer of each, in one pipeline each, in ms. */
async function pipeline(url: string, size: number): Promise<number> {
  const redis = new Redis(url);
  const token = 'x'.repeat(700);
  const streams = Array.from({ length: size }, (_, n) => `bench:${n}`);
  const taken = await timed(async () => {
    await redis.pipeline(streams.map((key) => ['xadd', key, '*', 'token', token])).exec();
    await redis.pipeline(streams.map((key) => ['xrange', key, '-', '+', 'COUNT', '1'])).exec();
  }, TRIALS);
  redis.disconnect();
  return median(taken);
}

async function tell(nodes: ChildProcess, what: object): Promise<unknown> {
  const answer = once(nodes, 'message');
  nodes.send(what);
  const [answered] = await answer;
  return answered;
}
