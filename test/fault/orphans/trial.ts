import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { z } from 'zod';
import type { Random } from '../../random.ts';
import type { Task } from './task.ts';
import { SHAPES } from './task.ts';

const CHILD = new URL('child.ts', import.meta.url).pathname;
// Longer than a life takes to begin: some have acted by then, and some have not.
const LONGEST_MS = 5000;
const LATEST_MS = 500;
const Told = z.object({ verdict: z.object({ verdict: z.string(), reply: z.object({ title: z.string() }) }) });

/** What one trial came to; `wrong` says in words what must not be. */
export interface Seen {
  shape: string;
  verdict: string;
  title: string;
  effects: number;
  wrong: string[];
}

/** Kills an agent with -9 while a program of its is at work, lets the next life say what became of it, and compares that with the world. */
export async function orphanTrial(random: Random, naive = false): Promise<Seen> {
  const folder = await mkdtemp(join(tmpdir(), 'nightguard-orphan-'));
  try {
    const shape = random.pick(SHAPES);
    const task = { folder, shape, lagMs: 100 + random.below(LONGEST_MS), naive };
    await firstLife({ ...task, first: true }, random.below(Math.min(task.lagMs, LATEST_MS)));
    const { verdict, reply } = await nextLife({ ...task, first: false });
    // Nobody who could still act: only now is the world what it stays.
    const orphans = await running(folder);
    const effects = await effectsIn(folder);
    const applied = ['done', 'verified applied'].includes(verdict);
    const wrong = [
      ...(orphans.length > 0 ? [`${orphans.length} processes are left`] : []),
      ...(effects > 1 ? [`${effects} effects`] : []),
      ...(applied === effects > 0 ? [] : [`${verdict}, with ${effects} effects`]),
    ];
    return { shape, verdict, title: reply.title, effects, wrong };
  } finally {
    for (const pid of await running(folder)) process.kill(pid, 'SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

async function firstLife(task: Task, killMs: number): Promise<void> {
  const life = fork(CHILD, [JSON.stringify(task)], { execArgv: [] });
  const ended = once(life, 'exit');
  await Promise.race([once(life, 'message'), ended.then(() => Promise.reject(new Error('it died by itself')))]);
  await after(killMs);
  life.kill('SIGKILL');
  await ended;
}

async function nextLife(task: Task): Promise<z.infer<typeof Told>['verdict']> {
  const life = fork(CHILD, [JSON.stringify(task)], { execArgv: [] });
  const ended = once(life, 'exit');
  const told = once(life, 'message');
  const [message] = await Promise.race([told, ended.then(() => told)]);
  await ended;
  return Told.parse(message).verdict;
}

/** By their command lines, which is not how the agent finds them. */
async function running(folder: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return pids.filter((_, i) => lines[i]?.includes(join(folder, 'world'))).map(Number);
}

async function effectsIn(folder: string): Promise<number> {
  const text = await readFile(join(folder, 'world'), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '').length;
}
