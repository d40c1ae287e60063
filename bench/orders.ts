import { waitUntil } from '#src/kit/waitUntil.ts';
import { bareStreams } from './limits.ts';
import type { Command } from './monitor.ts';
import { tripsUntilOrder, watchCommands } from './monitor.ts';
import type { Life, Program } from './program.ts';
import { CLONE } from './program.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';
import type { Row } from './table.ts';
import { median } from './table.ts';

const COUNTED = 10;
const WARM = 50;
const UPDATES = 200;

/** What one command costs: round trips until its order is durable, commands of Redis, calls of Telegram, and the hub's CPU. */
export async function orders(bundle: Program | undefined): Promise<Row[]> {
  const stage = await openStage();
  const program = bundle ?? CLONE;
  try {
    const agent = await stage.agent(program, 'alpha');
    const hub = await stage.hub(program);
    for (let n = 0; n < WARM; n += 1) await stage.type('/status');
    const counted = await count(stage);
    const streams = await bareStreams(stage.redis.url);
    const told = await cpuOf(hub, stage);
    await hub.stop();
    await agent.stop();
    // Nobody answers now, so that nothing but the order is this hub's work.
    const awake = await stage.hub(program, { HUB_SLEEPS: '0' });
    for (let n = 0; n < WARM; n += 1) await stage.type('/status');
    const ordered = await cpuOf(awake, stage);
    const beside = { what: 'bare Streams round trip', value: streams.p50 };
    return [
      ...counted,
      { what: "hub's CPU per read until it is ordered", unit: 'ms', value: ordered.cpuMs, budget: { most: 3 } },
      { what: "hub's CPU per read, from update to told", unit: 'ms', value: told.cpuMs },
      { what: 'webhook answered, order in the ledger, p50', unit: 'ms', value: ordered.answeredMs, beside },
      { what: 'webhook answered, verdict in the chat, p50', unit: 'ms', value: told.answeredMs, beside },
    ];
  } finally {
    await stage.close();
  }
}

async function cpuOf(hub: Life, stage: Stage): Promise<{ cpuMs: number; answeredMs: number }> {
  const before = await hub.used();
  const answered: number[] = [];
  for (let n = 0; n < UPDATES; n += 1) {
    const { postedAt, answeredAt } = await stage.type('/status');
    answered.push(answeredAt - postedAt);
  }
  return { cpuMs: ((await hub.used()).cpuMs - before.cpuMs) / UPDATES, answeredMs: median(answered) };
}

async function count(stage: Stage): Promise<Row[]> {
  const monitor = await watchCommands(stage.redis.port);
  try {
    const read = await countReads(stage, monitor.commands);
    // The first one brings its scripts to Redis.
    await countChange(stage, monitor.commands);
    const change = await countChange(stage, monitor.commands);
    return [
      { what: 'ledger round trips until a read is ordered', unit: 'trips', value: read.trips, budget: { most: 3 } },
      {
        what: 'ledger round trips from the yes until a change is ordered',
        unit: 'trips',
        value: change.trips,
        budget: { most: 3 },
      },
      { what: 'Telegram calls per quick read', unit: 'calls', value: read.calls, budget: { most: 2 } },
      { what: 'Telegram calls per change: question, press, end', unit: 'calls', value: change.calls },
      { what: 'Redis commands per quick read, hub', unit: 'commands', value: read.hub },
      { what: 'Redis commands per quick read, agent', unit: 'commands', value: read.agent },
      { what: 'Redis commands per change, hub', unit: 'commands', value: change.hub },
      { what: 'Redis commands per change, agent', unit: 'commands', value: change.agent },
    ];
  } finally {
    monitor.close();
  }
}

async function countReads(stage: Stage, commands: Command[]) {
  const each: ReturnType<typeof figures>[] = [];
  for (let n = 0; n < COUNTED; n += 1) {
    await stage.settle();
    const [from, calls] = [commands.length, stage.tap.calls.length];
    await stage.type('/status');
    await stage.settle();
    each.push(figures(commands.slice(from), stage.tap.calls.length - calls));
  }
  const middle = (pick: (one: (typeof each)[number]) => number) => median(each.map(pick));
  return {
    trips: middle(({ trips }) => trips),
    calls: middle(({ calls }) => calls),
    hub: middle(({ hub }) => hub),
    agent: middle(({ agent }) => agent),
  };
}

async function countChange(stage: Stage, commands: Command[]) {
  const [from, calls] = [commands.length, stage.tap.calls.length];
  await stage.type('/restart alpha web');
  const yes = await waitUntil(async () => await yesButton(stage), {
    withinMs: 10_000,
    everyMs: 50,
    what: 'a question',
  });
  await stage.settle();
  const pressed = commands.length;
  await stage.press(yes.message, yes.data);
  const ended = async () =>
    (await stage.messages()).find(({ message_id, text }) => message_id === yes.message && text?.startsWith('✅'));
  await waitUntil(ended, { withinMs: 30_000, everyMs: 50, what: 'the end of a change' });
  await stage.settle();
  const { hub, agent } = figures(commands.slice(from), 0);
  return { trips: figures(commands.slice(pressed), 0).trips, calls: stage.tap.calls.length - calls, hub, agent };
}

async function yesButton(stage: Stage): Promise<{ message: number; data: string } | undefined> {
  for (const { message_id: message, reply_markup } of await stage.messages()) {
    const button = reply_markup?.inline_keyboard.flat().find(({ callback_data }) => callback_data?.startsWith('y'));
    if (button?.callback_data !== undefined) return { message, data: button.callback_data };
  }
  return undefined;
}

function figures(commands: readonly Command[], calls: number) {
  const sent = (by: Command['by']) => commands.filter((command) => command.by === by).length;
  return { trips: tripsUntilOrder(commands) ?? Number.NaN, calls, hub: sent('hub'), agent: sent('agent') };
}
