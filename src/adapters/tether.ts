import { execFile, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { childEnvironment } from './environment.ts';
import { locate } from './locate.ts';

const LOOK_MS = 10_000;
const DIES_WITH_US = ['--pdeathsig', 'KILL', '--'];
/** What is tied a moment after its parent died would never hear of it. */
const UNLESS_LATE = 'test "$PPID" = "$0" && exec "$@"';
const LONG_S = '2147483647';
/** Kills a group of processes once its own parent is another one; does nothing where ps cannot tell. */
const WATCH = `
lives() { test "$(ps -o ppid= -p $$ | tr -d ' ')" = "$1"; }
lives "$0" || exit
while lives "$0"; do sleep 1; done
kill -KILL "-$1"`;

/**
 * Ends programs together with this process, however it dies. The kernel closes what a dead process held before it tells
 * its children: so the input of a program is held open by one more process, or else it could see its end in time to take
 * half of it for all.
 */
export interface Tether {
  /** The words that run a program so that it can be held. */
  tie(program: string, argv: readonly string[]): [file: string, argv: readonly string[]];
  /** Holds a program that was started by those words, until it is let go. */
  hold(running: { pid?: number | undefined; stdin: Writable | null }): () => void;
}

/** The tether of this process: by setpriv (util-linux) at once, and where that is not, such as on macOS, within a second. */
export async function createTether(environment = childEnvironment()): Promise<Tether> {
  const path = environment['PATH'];
  const [setpriv, sleep] = await Promise.all([locate('setpriv', path), locate('sleep', path)]);
  const look = promisify(execFile)(setpriv, [...DIES_WITH_US, sleep, '0'], { env: environment, timeout: LOOK_MS });
  const hold = (words: readonly [string, ...string[]], input: Writable | null): (() => void) => {
    const [file, ...argv] = words;
    const stdio = ['ignore', 'ignore', 'ignore', ...(input ? [input] : [])] as const;
    const holder = spawn(file, argv, { env: environment, stdio: [...stdio] });
    // Then it is as it would be without it.
    holder.on('error', () => {});
    return () => void holder.kill('SIGKILL');
  };
  const bySetpriv: Tether = {
    tie: (program, argv) => [
      setpriv,
      [...DIES_WITH_US, '/bin/sh', '-c', UNLESS_LATE, String(process.pid), program, ...argv],
    ],
    hold: ({ stdin }) => (stdin ? hold([setpriv, ...DIES_WITH_US, sleep, LONG_S], stdin) : () => {}),
  };
  const byWatching: Tether = {
    tie: (program, argv) => [program, argv],
    hold: ({ pid, stdin }) =>
      pid === undefined ? () => {} : hold(['/bin/sh', '-c', WATCH, String(process.pid), String(pid)], stdin),
  };
  return await look.then(
    () => bySetpriv,
    () => byWatching,
  );
}
