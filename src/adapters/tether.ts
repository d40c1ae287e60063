import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { childEnvironment } from './environment.ts';

/** Drops the leaders that it is told of, until nobody holds the other end of its input any more; kills the groups of the others, and only then ends itself. */
const GUARD = `trap '' HUP INT TERM
while read -r over; do for leader; do shift; [ "$leader" = "$over" ] || set -- "$@" "$leader"; done; done
for leader; do kill -KILL "-$leader"; done`;

/** A program that was started as the leader of a group, and the end of it. */
interface Leader extends PromiseLike<unknown> {
  pid?: number | undefined;
}

/**
 * Lets programs be killed with their groups when this process is gone, however it dies, until they are let go; one that
 * has ended is let go at once, since its number may be somebody else's. The kernel closes what a dead process held:
 * `input`, which one of them reads, is held open by the guard until they are dead, or else its reader could take the half
 * of it for all. The guard has a group of its own. Where none can be started they are killed: nobody would see to them.
 */
export function tether(programs: readonly Leader[], input: Writable | null): () => void {
  const leaders = programs.flatMap(({ pid }) => pid ?? []);
  let guard: ChildProcess | undefined;
  try {
    guard = spawn('/bin/sh', ['-c', GUARD, 'sh', ...leaders.map(String)], {
      detached: true,
      env: childEnvironment(),
      stdio: ['pipe', 'ignore', 'ignore', ...(input ? [input] : [])],
    });
    guard.on('error', () => leaders.forEach(killGroup));
    // It was let go.
    guard.stdin?.on('error', () => {});
    for (const program of programs) void program.then(() => void guard?.stdin?.write(`${program.pid}\n`));
  } catch {
    leaders.forEach(killGroup);
  }
  return () => void guard?.kill('SIGKILL');
}

/** Kills a process and all that it started, by the id of the leader of their group. */
export function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nothing is left of the group, which is what was wanted.
  }
}
