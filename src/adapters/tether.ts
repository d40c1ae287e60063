import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { childEnvironment } from './environment.ts';

/** Waits until nobody holds the other end of its input any more, kills groups of processes, and only then ends itself. */
const GUARD = `trap '' HUP INT TERM; read -r _; for leader; do kill -KILL "-$leader"; done`;

/**
 * Lets groups of processes (each by its leader's id) be killed when this process is gone, however it dies, until they are
 * let go. The kernel closes what a dead process held: `input`, which one of them reads, is held open by the guard until
 * they are dead, or else its reader could take the half of it for all. The guard has a group of its own.
 */
export function tether(leaders: readonly number[], input: Writable | null): () => void {
  const guard = spawn('/bin/sh', ['-c', GUARD, 'sh', ...leaders.map(String)], {
    detached: true,
    env: childEnvironment(),
    stdio: ['pipe', 'ignore', 'ignore', ...(input ? [input] : [])],
  });
  // Then it is as it would be without it.
  guard.on('error', () => {});
  return () => void guard.kill('SIGKILL');
}
