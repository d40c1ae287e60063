import { constants } from 'node:os';
import { z } from 'zod';

/** How systemd describes a unit that only keeps the name of a command that never came. */
export const WITHDRAWN = 'Nightguard: withdrawn';

const Printed = z.object({
  Description: z.string(),
  LoadState: z.string(),
  ActiveState: z.string(),
  Result: z.string(),
  ExecMainCode: z.coerce.number(),
  ExecMainStatus: z.coerce.number(),
});

/** The argument that makes `systemctl show` print what is read here. */
export const SHOWN = `--property=${Object.keys(Printed.shape).join(',')}`;

/** What systemd knows of a command; `exitCode` or `reason` is set when it has ended. */
export type Shown =
  | { state: 'absent' }
  | { state: 'running' }
  | { state: 'withdrawn' }
  | {
      state: 'ended';
      result: 'exit' | 'signal' | 'timeout' | 'missing';
      exitCode: number | undefined;
      reason: string | undefined;
    };

// What systemd exits with when the program is not there or may not be executed.
const NOT_EXECUTED = 203;
const EXITED = 1;

/** Reads what `systemctl show` printed of one unit. Throws when it is of another form. */
export function parseShown(stdout: string): Shown {
  const pairs = stdout.split('\n').map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]);
  const seen = Printed.parse(Object.fromEntries(pairs));
  if (seen.LoadState === 'not-found') return { state: 'absent' };
  if (seen.Description === WITHDRAWN) return { state: 'withdrawn' };
  if (!['active', 'failed', 'inactive'].includes(seen.ActiveState)) return { state: 'running' };
  if (seen.Result === 'timeout')
    return { state: 'ended', result: 'timeout', exitCode: undefined, reason: 'its time limit' };
  if (seen.ExecMainCode === EXITED && seen.ExecMainStatus === NOT_EXECUTED)
    return { state: 'ended', result: 'missing', exitCode: undefined, reason: 'it is not there or may not be executed' };
  if (seen.ExecMainCode === EXITED)
    return { state: 'ended', result: 'exit', exitCode: seen.ExecMainStatus, reason: undefined };
  const name = Object.entries(constants.signals).find(([, number]) => number === seen.ExecMainStatus)?.[0];
  return { state: 'ended', result: 'signal', exitCode: undefined, reason: name ?? (seen.Result || 'systemd') };
}
