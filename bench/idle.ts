import { setTimeout as sleep } from 'node:timers/promises';
import { openLapse } from './lapse.ts';
import type { Command } from './monitor.ts';
import { watchCommands } from './monitor.ts';
import type { Life, Program } from './program.ts';
import { begin, CLONE, PROBE } from './program.ts';
import { openStage } from './stage.ts';
import type { Row } from './table.ts';

/** The start and its garbage are over by then. */
const REST_MS = 5_000;
const WATCHED_MS = 62_000;
const SPEED = 60;
const LAPSE = new URL('./timeLapse.mjs', import.meta.url).href;
const HOUR_S = 3_600;
const MONTH_H = 730;

/** What agents and a polling hub use while nobody asks for anything: memory, CPU, and commands of Redis. */
export async function idle(bundle: Program | undefined): Promise<Row[]> {
  const program = bundle ?? CLONE;
  const [memory, agent, hub] = await Promise.all([atRest(bundle), inTimeLapse(program), polling(program)]);
  return [
    ...memory,
    { what: 'Redis commands of an idle agent per hour', unit: 'commands', value: agent },
    {
      what: 'the same per month of 730 h',
      unit: 'commands',
      value: agent * MONTH_H,
      budget: { most: 20_000 },
    },
    { what: 'Redis commands of an idle hub that polls, per hour', unit: 'commands', value: hub },
  ];
}

/** Agents with one workload, in real time. */
async function atRest(bundle: Program | undefined): Promise<Row[]> {
  const stage = await openStage({ nodes: ['clone', 'bundled'] });
  let bare: Life | undefined;
  try {
    const clone = await stage.agent(CLONE, 'clone');
    const bundled = bundle && (await stage.agent(bundle, 'bundled'));
    bare = await begin(['--import', PROBE, '--eval', "setInterval(() => {}, 60_000); process.stdout.write('{}\\n')"]);
    await sleep(REST_MS);
    const before = { clone: await clone.used(), bundled: await bundled?.used() };
    await sleep(WATCHED_MS);
    const beside = { what: 'bare Node', value: (await bare.used()).residentMb };
    const rows = async (how: string, life: Life, cpuMs: number, budgets: boolean): Promise<Row[]> => {
      const used = await life.used();
      const share = (100 * (used.cpuMs - cpuMs)) / WATCHED_MS;
      return [
        {
          ...{ what: `idle agent, ${how}: resident`, unit: 'MB', value: used.residentMb, beside },
          ...(budgets ? { budget: { most: 85 } } : {}),
        },
        {
          ...{ what: `idle agent, ${how}: CPU`, unit: '%', value: share },
          ...(budgets ? { budget: { most: 0.1 } } : {}),
        },
      ];
    };
    return [
      ...(bundled && before.bundled ? await rows('bundled', bundled, before.bundled.cpuMs, true) : []),
      ...(await rows('in a clone', clone, before.clone.cpuMs, false)),
    ];
  } finally {
    await bare?.stop();
    await stage.close();
  }
}

/** One agent whose long waits are 60 times shorter, so that a minute shows an hour. Answers with its commands per hour. */
async function inTimeLapse(program: Program): Promise<number> {
  const stage = await openStage({ siblings: ['beta'], redis: ['--hz', '100'] });
  const lapse = await openLapse(stage.redis.port, SPEED);
  const monitor = await watchCommands(stage.redis.port);
  try {
    const env = { REDIS_URL: lapse.url, BENCH_SPEED: String(SPEED) };
    await stage.agent(program, 'alpha', env, [LAPSE]);
    await sleep(REST_MS + WATCHED_MS);
    return perSecond(monitor.commands) * (HOUR_S / SPEED);
  } finally {
    monitor.close();
    await stage.close();
    await lapse.close();
  }
}

/** A hub that polls and has nothing to tell. Answers with its commands per hour; what it does once in an hour is not among them. */
async function polling(program: Program): Promise<number> {
  const stage = await openStage();
  const monitor = await watchCommands(stage.redis.port);
  try {
    const alone = { HUB_URL: '', TELEGRAM_WEBHOOK_SECRET: '', HUB_SLEEPS: '0', PORT: '' };
    await stage.hub(program, alone);
    await sleep(REST_MS);
    const from = monitor.commands.length;
    await sleep(WATCHED_MS);
    const sent = monitor.commands.slice(from).filter(({ by }) => by !== 'script');
    return (sent.length * HOUR_S * 1000) / WATCHED_MS;
  } finally {
    monitor.close();
    await stage.close();
  }
}

/** How many commands come in a second, by the time from the first to the last of each kind: what comes once only belongs to the start. */
function perSecond(commands: readonly Command[]): number {
  const kinds = Map.groupBy(
    commands.filter(({ by }) => by !== 'script'),
    ({ words: [name = ''] }) => name.toLowerCase(),
  );
  const rates = [...kinds.values()].map((each) => {
    const [first, last] = [each[0]?.at ?? 0, each.at(-1)?.at ?? 0];
    return last > first ? (each.length - 1) / (last - first) : 0;
  });
  return rates.reduce((sum, rate) => sum + rate, 0);
}
