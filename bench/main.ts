import { parseArgs } from 'node:util';
import { sentenceOf } from '#src/kit/problem.ts';
import { whyWithout } from '../test/fixtures/redis.ts';
import { backup } from './backup.ts';
import { embedded } from './embedded.ts';
import { fanout } from './fanout.ts';
import { idle } from './idle.ts';
import { orders } from './orders.ts';
import type { Program } from './program.ts';
import { bundled } from './program.ts';
import { start } from './start.ts';
import { stores } from './stores.ts';
import type { Outcome, Row } from './table.ts';
import { json, table } from './table.ts';
import { verdict } from './verdict.ts';

/** What can be measured by itself; `bundle` is undefined where there is none. */
interface Part {
  about: string;
  /** The Debian package without which it is skipped. */
  needs?: 'redis-server' | 'restic';
  measure: (bundle: Program | undefined) => Promise<Row[]>;
  notes?: string[];
}

const PARTS: Record<string, Part> = {
  stores: { about: 'journal and seal beside a bare SQLite commit', measure: stores },
  start: { about: 'process start to first webhook answered', needs: 'redis-server', measure: start },
  orders: {
    about: 'what one command costs in Redis, Telegram and CPU',
    needs: 'redis-server',
    measure: orders,
    notes: [
      'Commands are those that clients send, as MONITOR shows them; what scripts run inside Redis is not among them.',
    ],
  },
  verdict: { about: 'command to verdict over Redis', needs: 'redis-server', measure: verdict },
  fanout: {
    about: 'one read of 1 to 1000 simulated nodes',
    needs: 'redis-server',
    measure: fanout,
    notes: ['The nodes are one process that has sealed their answers before; hub and Redis are real. Nobody rings.'],
  },
  idle: {
    about: 'memory, CPU and Redis commands while nobody asks',
    needs: 'redis-server',
    measure: idle,
    notes: [
      'The agent that is counted has a sibling to watch and runs in a time lapse: sleeps of 30 s and more, and what blocks',
      'in Redis, are 60 times shorter. An hour is the sum of its kinds of commands, each by the time from its first to its last.',
      'Two seconds over a minute were counted of the hub, times 58; what it does hourly is not among them.',
    ],
  },
  backup: {
    about: '/backup beside plain restic',
    needs: 'restic',
    measure: backup,
    notes: [
      'Each time to a repository that is there and has none of the data, in turns; eight pairs after one to warm up. The process has hub, ledger and agent in it, in a clone.',
    ],
  },
  embedded: { about: 'command to verdict, all in one process', measure: embedded },
};

const HELP = `Usage: npm run bench -- [--json] [--only <part>]

Measures the budgets, each beside its limit of nature in the same run. Takes up to four minutes.
Machines are noisy: read the ratios, not the milliseconds.

Parts:
${Object.entries(PARTS)
  .map(([name, { about }]) => `  ${name.padEnd(10)} ${about}`)
  .join('\n')}`;

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, only: { type: 'string' }, help: { type: 'boolean' } },
});
const { only } = values;
if (values.help) process.stdout.write(`${HELP}\n`);
else if (only !== undefined && !Object.hasOwn(PARTS, only)) {
  process.stderr.write(`There is no part "${only}". Parts: ${Object.keys(PARTS).join(', ')}\n`);
  process.exitCode = 1;
} else await run(Object.entries(PARTS).filter(([name]) => only === undefined || name === only));

async function run(parts: [string, Part][]): Promise<void> {
  const bundle = await bundled();
  const outcomes: Outcome[] = [];
  for (const [name, part] of parts)
    outcomes.push(await outcomeOf(name, part, typeof bundle === 'string' ? undefined : bundle));
  if (typeof bundle === 'string') outcomes.push({ part: 'bundle', rows: [], skipped: bundle, notes: [] });
  else await bundle.dispose();
  process.stdout.write(`${values.json ? json(outcomes) : table(outcomes)}\n`);
}

async function outcomeOf(
  part: string,
  { needs, measure, notes = [] }: Part,
  bundle: Program | undefined,
): Promise<Outcome> {
  const skipped = needs && whyWithout(needs);
  if (skipped !== undefined) return { part, rows: [], skipped, notes: [] };
  process.stderr.write(`${part} ...\n`);
  try {
    return { part, rows: await measure(bundle), notes };
  } catch (error) {
    // The others are still worth something.
    process.exitCode = 1;
    return { part, rows: [], skipped: `failed: ${sentenceOf(error)}`, notes: [] };
  }
}
