import { setTimeout as sleep } from 'node:timers/promises';
import type { Seal } from '#src/operation/seals.ts';
import type { Lab } from './lab.ts';
import { People } from './people.ts';
import type { Holder, Trial } from './plan.ts';
import { HOLDERS } from './plan.ts';
import { processPlaces } from './scan.ts';
import { givenTwice, sharesPut } from './vaultSaw.ts';

/** The clock outside: what Cloud Scheduler does, only faster. */
const TICK_MS = 1_500;
/** A request that has not ended by then is judged as it is, in ms. */
const LONGEST_MS = 180_000;
/** It begins to wait for times to come, in ms. */
const SLOW_MS = 20_000;
/** So often somebody asks again, as the message tells them to. */
const MAX_TRIES = 7;

/** What one trial came to. */
export interface Outcome {
  kind: string;
  ends: 'open' | 'sealed';
  /** Requests of people, and how each ended in words. */
  told: string[];
  deaths: number;
  given: number;
  tookMs: number;
  wrong: string[];
}

/** Opens a sealed Vault through what goes wrong in one trial, as two people do it from the chat. */
export async function runUnsealTrial(lab: Lab, trial: Trial, onSlow: () => void = () => {}): Promise<Outcome> {
  const began = performance.now();
  lab.trials += 1;
  lab.seal();
  await lab.allUp();
  const idle = async () => (await lab.fleet.ledger.campaigns(9)).length === 0;
  await lab.fleet.until('the end of the last campaign', idle, 60_000);
  const before = await status(lab);
  const from = lab.vault.server.requests.length;
  await prepare(lab, trial);
  const told: string[] = [];
  const lies: string[] = [];
  try {
    await course(lab, trial, { told, lies, onSlow, from });
  } finally {
    await tidy(lab, trial);
  }
  const requests = lab.vault.server.requests.slice(from);
  const right = lab.vault.shares.map((share) => share.toString('hex'));
  const after = await status(lab);
  // To give a share once more does no harm where Vault did not say whether it has it.
  const twice = trial.late?.who === 'vault' ? [] : givenTwice(requests, right, lab.vault.threshold);
  const deaths = lab.members.reduce((sum, [, member]) => sum + member.deaths, 0);
  const wrong = [
    ...(before.progress > 0 ? [`something was given before anybody asked: ${before.progress}`] : []),
    ...(after.sealed === (trial.ends === 'sealed') ? [] : [`it is ${after.sealed ? 'sealed' : 'open'} in the end`]),
    ...(trial.declined && sharesPut(requests).length > 0 ? ['a share was given although Ben said no'] : []),
    ...twice.map((key) => `the share of ${HOLDERS[right.indexOf(key)] ?? 'somebody'} was given twice`),
    ...lies,
  ];
  lab.seen.push(...(await processPlaces(lab.members.flatMap(([, { lives }]) => lives.map(({ pid }) => pid)))));
  return {
    ...{ kind: trial.kind, ends: after.sealed ? 'sealed' : 'open', told, deaths, given: sharesPut(requests).length },
    tookMs: Math.round(performance.now() - began),
    wrong: wrong.map(
      (sentence) => `${sentence} (${told.map((text) => text.split('\n')[0]).join(' | ')}): ${JSON.stringify(trial)}`,
    ),
  };
}

async function course(
  lab: Lab,
  trial: Trial,
  { told, lies, onSlow, from }: { told: string[]; lies: string[]; onSlow: () => void; from: number },
): Promise<void> {
  const people = new People(lab.fleet);
  const began = performance.now();
  const down = new Set<string>(trial.down.from === 'the beginning' ? trial.down.nodes : []);
  const turn = turning(lab, trial, { down, from });
  const slow = setTimeout(onSlow, SLOW_MS);
  try {
    await people.ask('/unseal main');
    while (performance.now() - began < LONGEST_MS) {
      await turn();
      const ended = await people.look({ declines: trial.declined === true });
      if (ended === undefined) {
        await sleep(40);
        continue;
      }
      told.push(ended);
      const { sealed } = await status(lab);
      if (sealed === ended.startsWith('✅'))
        lies.push(`it is ${sealed ? 'sealed' : 'open'}, and the chat says otherwise`);
      const goesOn = sealed && trial.ends === 'open' && told.length < MAX_TRIES;
      if (!goesOn) return;
      await people.ask(nextCommand(trial, told));
    }
    lies.push('it has not ended');
  } finally {
    clearTimeout(slow);
  }
}

/** What goes on beside the two people: who died begins again, the clock ticks, and what has to go wrong does. */
function turning(lab: Lab, trial: Trial, { down, from }: { down: Set<string>; from: number }): () => Promise<void> {
  const todo = midwayOf(lab, trial);
  let tickedAt = 0;
  let ticking: Promise<unknown> | undefined;
  const tick = (): void => {
    if (ticking || performance.now() - tickedAt < TICK_MS) return;
    tickedAt = performance.now();
    ticking = lab.fleet
      .tick()
      .catch(() => {})
      .finally(() => {
        ticking = undefined;
      });
  };
  return async () => {
    for (const [name, member] of lab.members) if (!down.has(name)) member.keepAlive();
    tick();
    const given = sharesPut(lab.vault.server.requests.slice(from)).length;
    while (todo[0] && todo[0].after <= given) await todo.shift()?.act(down);
  };
}

/** What happens once so many shares were given. */
function midwayOf(lab: Lab, { down, late, vault }: Trial): { after: number; act: (down: Set<string>) => unknown }[] {
  const free = 4;
  return [
    ...(down.from === 'the first share'
      ? [
          {
            after: 1,
            act: async (gone: Set<string>) => {
              for (const node of down.nodes) gone.add(node);
              await takeDown(lab, down);
            },
          },
        ]
      : []),
    ...(late ? [{ after: late.after, act: () => beLate(lab, late) }] : []),
    ...(vault
      ? [{ after: vault.after, act: () => (vault.what === 'restarted' ? lab.seal() : lab.giveByHand(free)) }]
      : []),
  ];
}

function beLate(lab: Lab, { who, ms }: NonNullable<Trial['late']>): void {
  if (who === 'vault') {
    lab.vault.server.slow(ms);
    setTimeout(() => lab.vault.server.slow(0), ms * 2).unref();
    return;
  }
  lab.agents[who].freeze();
  setTimeout(() => lab.agents[who].thaw(), ms).unref();
}

async function takeDown(lab: Lab, { nodes, frozen }: Trial['down']): Promise<void> {
  for (const node of nodes) {
    if (frozen) lab.agents[node].freeze();
    else await lab.agents[node].kill();
  }
}

async function prepare(lab: Lab, trial: Trial): Promise<void> {
  for (const [name, member] of lab.members) member.arm(trial.kills.filter(({ who }) => who === name));
  if (trial.wrong) await keep(lab, trial.wrong, wrongShare(lab, trial.wrong));
  if (trial.down.from === 'the beginning') await takeDown(lab, trial.down);
}

async function tidy(lab: Lab, trial: Trial): Promise<void> {
  lab.vault.server.slow(0);
  for (const [, member] of lab.members) {
    member.disarm();
    member.thaw();
  }
  await lab.allUp();
  if (trial.wrong) await keep(lab, trial.wrong, lab.vault.shares[HOLDERS.indexOf(trial.wrong)] ?? Buffer.alloc(0));
}

/** A share that is well formed, and not the one. */
export function wrongShare(lab: Pick<Lab, 'vault'>, node: Holder): Buffer {
  const bytes = Buffer.from(lab.vault.shares[HOLDERS.indexOf(node)] ?? '');
  return Buffer.from(bytes.map((byte, at) => (at === bytes.length - 1 ? byte : byte ^ 0x55)));
}

async function keep(lab: Lab, node: Holder, share: Buffer): Promise<void> {
  await lab.stores[node].remove('main');
  await lab.stores[node].add({ vault: 'main', label: undefined, bytes: Buffer.from(share), at: 0 });
}

/** What somebody types next, as the message says; where a share is wrong they leave out one after the other. */
function nextCommand(trial: Trial, told: readonly string[]): string {
  if (trial.wrong) return `/unseal main --without ${HOLDERS[(told.length - 1) % HOLDERS.length]}`;
  return /(\/unseal main[^\n·]*)/.exec(told.at(-1) ?? '')?.[1]?.trim() ?? '/unseal main --reset';
}

async function status(lab: Lab): Promise<Pick<Seal, 'sealed' | 'progress'>> {
  return await lab.vault.client.sealStatus(AbortSignal.timeout(20_000));
}
