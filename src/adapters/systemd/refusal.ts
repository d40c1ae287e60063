import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import { clip, sanitise } from '#src/kit/text.ts';
import type { CommandResult } from '../command.ts';

const NO_SYSTEMD = /has not been booted with systemd/;
const NO_ANSWER = /Failed to connect to (?:\S+ scope )?bus/;
const NOT_ALLOWED = /Access denied|authentication required|Permission denied|Operation not permitted/i;

/** Which systemd was asked, and by which user (its number; undefined where users have none). */
export interface Scope {
  user: boolean;
  uid: number | undefined;
}

/** The Problem behind a program of systemd that could not do its work at all; undefined when it ended by itself and the reason lies with the unit. */
export function refusalOf(result: CommandResult, timeoutMs: number, { user, uid }: Scope): Problem | undefined {
  const { ended, stderr } = result;
  if (ended === 'missing' || NO_SYSTEMD.test(stderr)) return noSystemd(ended === 'missing' ? result.reason : undefined);
  if (ended === 'timeout')
    return engine(`systemd did not answer within ${formatDuration(timeoutMs)}. Look at the machine's load and disks.`);
  if (ended !== 'exit') return engine(`A question to systemd was broken off (${ended}). Ask again.`);
  if (result.exitCode === 0) return undefined;
  if (NO_ANSWER.test(stderr))
    return engine(user ? noUserManager(uid) : `systemd does not answer: ${lastWords(result)} Ask again.`);
  return undefined;
}

/** The Problem when systemd does not let this user change a unit; undefined when that is not what it said. */
export function denialOf({ stderr }: CommandResult, unit: string, { uid }: Scope): Problem | undefined {
  if (!NOT_ALLOWED.test(stderr)) return undefined;
  return engine(
    `systemd does not let this agent's user (number ${uid}) start or stop ${unit}. Let an administrator write a polkit rule for that user, this unit and the action org.freedesktop.systemd1.manage-units, or make it a unit of the user itself.`,
  );
}

/** The last line a program wrote to its error output as a sentence, made safe to show. */
export function lastWords({ stderr }: CommandResult): string {
  const lines = sanitise(stderr).trim().split('\n');
  // What it says next is where to read more, and that is what we do ourselves.
  const last = clip(lines.filter((line) => !/^See |^Hint: /.test(line)).at(-1) ?? '', 200);
  return /[.…]$/.test(last) ? last : `${last}.`;
}

function noSystemd(reason: string | undefined): Problem {
  const because = reason === undefined ? '' : ` (${reason})`;
  return engine(`systemd does not run here${because}. Declare the workload with another engine.`);
}

function noUserManager(uid: number | undefined): string {
  return `The systemd of user number ${uid} does not run. Let it run without a login: loginctl enable-linger ${uid}`;
}

function engine(sentence: string): Problem {
  return new Problem('engine', sentence);
}
