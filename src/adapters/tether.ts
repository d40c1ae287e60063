import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { childEnvironment } from './environment.ts';

/** Waits until nobody holds the other end of its input any more, kills groups of processes, and only then ends itself. */
const GUARD = `trap '' HUP INT TERM; read -r _; for leader; do kill -KILL "-$leader"; done`;

/**
 * Lets groups of processes (each by its leader's id) be killed when this process is gone, however it dies, until they are
 * let go. The kernel closes what a dead process held: `input`, which one of them reads, is held open by the guard until
 * they are dead, or else its reader could take the half of it for all. The guard has a group of its own. Where none can be
 * started they are killed at once: nobody would see to them.
 */
export function tether(leaders: readonly number[], input: Writable | null): () => void {
  let guard: ChildProcess | undefined;
  try {
    guard = spawn('/bin/sh', ['-c', GUARD, 'sh', ...leaders.map(String)], {
      detached: true,
      env: childEnvironment(),
      stdio: ['pipe', 'ignore', 'ignore', ...(input ? [input] : [])],
    });
    guard.on('error', () => leaders.forEach(killGroup));
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
