import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Random } from '../../random.ts';
import type { Task } from './child.ts';
import type { Ground } from './ground.ts';
import { reset, standing } from './ground.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));
const MOST_LIVES = 6;
const SWAP_MS = 40;

/** What was seen: how the tree stood after each kill, and whether a re-run ended with the good tree and nothing left over. */
export interface Seen {
  afterKills: ('old' | 'new' | 'absent' | 'mixed')[];
  exactAtEnd: boolean;
  leftOver: string[];
}

/** One restore whose lives are killed with -9 at random moments, up to six times; the last one is left alone. `usualMs`: how long an undisturbed one takes. */
export async function stagedTrial(ground: Ground, random: Random, usualMs: number): Promise<Seen> {
  await reset(ground);
  const state = await mkdtemp(join(tmpdir(), 'nightguard-state-'));
  const task: Task = { folder: ground.vaults, state, snapshot: ground.snapshot, roots: [ground.live] };
  const afterKills: Seen['afterKills'] = [];
  try {
    for (let life = 1; life < MOST_LIVES; life += 1) {
      if (!(await oneLife(task, killOf(random, usualMs)))) break;
      afterKills.push(await standing(ground));
    }
    await oneLife(task);
    const beside = await readdir(join(ground.live, '..'));
    const leftOver = beside.filter((name) => name.startsWith('.nightguard-stage-'));
    return { afterKills, exactAtEnd: (await standing(ground)) === 'new', leftOver };
  } finally {
    await rm(state, { recursive: true, force: true });
  }
}

/** When a life is killed, in ms after it said that it began or that all is staged, and whether what it started dies with it. */
interface Kill {
  after: 'begun' | 'staged';
  ms: number;
  withChildren: boolean;
}

/** Half of the kills are aimed at the short time in which trees are renamed. */
function killOf(random: Random, usualMs: number): Kill {
  const after = random.pick(['begun', 'staged'] as const);
  const ms = random.below(after === 'begun' ? Math.ceil(usualMs) : SWAP_MS);
  return { after, ms, withChildren: random.chance(50) };
}

/** How long an undisturbed restore takes, in ms, ours and restic's own in place. */
export async function measure(ground: Ground): Promise<{ stagedMs: number; inPlaceMs: number }> {
  const stagedMs = await measureStaged(ground);
  await reset(ground);
  const began = performance.now();
  await inPlace(ground, undefined);
  return { stagedMs, inPlaceMs: performance.now() - began };
}

async function measureStaged(ground: Ground): Promise<number> {
  await reset(ground);
  const state = await mkdtemp(join(tmpdir(), 'nightguard-state-'));
  const began = performance.now();
  await oneLife({ folder: ground.vaults, state, snapshot: ground.snapshot, roots: [ground.live] });
  await rm(state, { recursive: true, force: true });
  return performance.now() - began;
}

/** restic's own restore onto the live tree, killed at a random moment, then run again to its end. */
export async function inPlaceTrial(ground: Ground, random: Random, usualMs: number): Promise<Seen> {
  await reset(ground);
  const afterKills: Seen['afterKills'] = [];
  if (await inPlace(ground, random.below(Math.ceil(usualMs)))) afterKills.push(await standing(ground));
  await inPlace(ground, undefined);
  return { afterKills, exactAtEnd: (await standing(ground)) === 'new', leftOver: [] };
}

/** Runs the child; answers whether it was killed. */
async function oneLife(task: Task, planned?: Kill): Promise<boolean> {
  const child = fork(CHILD, [JSON.stringify(task)], { detached: true, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  const ended = once(child, 'exit');
  if (planned) {
    const { promise: reached, resolve } = Promise.withResolvers<void>();
    child.on('message', (message) => message === planned.after && resolve());
    await Promise.race([reached, ended]);
    await Promise.race([sleep(planned.ms), ended]);
    for (const pid of [child.pid ?? 0, planned.withChildren ? -(child.pid ?? 0) : 0]) if (pid !== 0) kill(pid);
  }
  const [code, signal] = await ended;
  if (signal === 'SIGKILL') return true;
  if (code !== 0) throw new Error(`a life ended with ${code ?? signal}: ${said.slice(-2000)}`);
  return false;
}

async function inPlace(
  { passwordFile, cacheDir, vaults, snapshot, live }: Ground,
  killAfterMs: number | undefined,
): Promise<boolean> {
  const env = {
    PATH: process.env['PATH'],
    RESTIC_PASSWORD_FILE: passwordFile,
    RESTIC_CACHE_DIR: cacheDir,
    RESTIC_REPOSITORY: join(vaults, 'repository'),
  };
  const child = spawn('restic', ['restore', '--target=/', `--include=${live}`, '--', snapshot], {
    env,
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  if (killAfterMs !== undefined) {
    await Promise.race([sleep(killAfterMs), ended]);
    kill(child.pid ?? 0);
  }
  const [, signal] = await ended;
  return signal === 'SIGKILL';
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself just before.
  }
}
