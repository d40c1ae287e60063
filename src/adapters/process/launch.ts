import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { Problem } from '#src/kit/problem.ts';
import { whyNotStarted } from '../whyNotStarted.ts';

/** How a process ended: one of the two is set. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process that was just started. `ended` resolves once, when it has ended. */
export interface Launched {
  pid: number;
  ended: Promise<Ending>;
}

/** Starts a program in a session of its own, its output appended to `logPath`, so that it outlives this one. Throws Problem `cannot-start`. */
export async function launch(start: {
  name: string;
  command: readonly string[];
  cwd: string | undefined;
  env: Record<string, string>;
  logPath: string;
}): Promise<Launched> {
  const [file = '', ...argv] = start.command;
  const log = await open(start.logPath, 'a', 0o600);
  try {
    const child = spawn(file, argv, {
      ...(start.cwd === undefined ? {} : { cwd: start.cwd }),
      env: start.env,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    const ended = Promise.withResolvers<Ending>();
    child.once('exit', (code, signal) => ended.resolve({ code, signal }));
    await once(child, 'spawn');
    child.on('error', () => {});
    child.unref();
    if (child.pid === undefined) throw new Error('a spawned process has no pid');
    return { pid: child.pid, ended: ended.promise };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
    const why = await whyNotStarted(file, start.cwd, code);
    throw new Problem('cannot-start', `${start.name} cannot start: ${why}. Look at its command in the configuration.`, {
      cause,
    });
  } finally {
    await log.close();
  }
}
