import { open, readFile } from 'node:fs/promises';
import { Problem } from '#src/kit/problem.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { Finding } from '#src/operation/finding.ts';
import type { Command, CommandResult } from '../command.ts';
import type { Under } from './leashed.ts';
import type { createManager } from './manager.ts';
import { isCarried } from './manager.ts';
import type { Note, Notes } from './note.ts';
import { nameOf } from './note.ts';
import type { Shown } from './shown.ts';

const MAX_BYTES = 1_000_000;
const LOOK_EVERY_MS = 250;
/** Beyond its own limit: what systemd itself needs to end a unit. */
const BEYOND_MS = 10_000;
/** Longest wait of a recovery for one command. */
const MOST_MS = 15 * 60_000;
const BOOT = '/proc/sys/kernel/random/boot_id';

type Manager = ReturnType<typeof createManager>;
type UnitNote = Extract<Note, { kind: 'unit' }>;

/** Commands that are units of systemd and survive the agent; where there is none, a word is not carried, or the program is spoken with while it runs, they are `leashed`. */
export function createLasting(deps: {
  manager: Manager;
  notes: Notes;
  leashed: Command;
  next: () => Under | undefined;
  now: () => number;
}): Command {
  const { manager, notes, leashed, next, now } = deps;
  return {
    async run(file, argv, options, signal) {
      const spokenWith = options.onLine ?? options.source ?? options.input;
      const mayBeUnit = spokenWith === undefined && isCarried(file, argv, options);
      const fits = !signal.aborted && mayBeUnit && (await manager.isThere(signal));
      const under = fits ? next() : undefined;
      if (!under) return await leashed.run(file, argv, options, signal);
      const { mark, ...place } = under;
      const endsBy = now() + options.timeoutMs + BEYOND_MS;
      await notes.write({ v: 1, kind: 'unit', ...place, program: file, boot: await bootId(), endsBy });
      const [out, err] = [notes.path(place, '.out'), notes.path(place, '.err')];
      // Made here, so that they are nobody else's to read.
      for (const path of [out, err]) await (await open(path, 'w', 0o600)).close();
      const name = nameOf(place);
      const waited = await manager.start({ name, mark, out, err }, file, argv, options, signal);
      if (waited.ended === 'cancel') return waited;
      const shown = await ended({ manager, name, withinMs: endsBy - now() }, signal);
      return await resultOf(shown, waited, { out, err, maxBytes: options.maxBytes ?? MAX_BYTES });
    },
  };
}

/** What became of a command that another life of the agent handed over; waits while it is at work. */
export async function findUnit(
  { manager, now, mark }: { manager: Manager; now: () => number; mark: string },
  note: UnitNote,
  signal: AbortSignal,
): Promise<Finding> {
  const { program } = note;
  const name = nameOf(note);
  // systemd forgets its units when the machine starts anew.
  if (note.boot !== (await bootId())) return { program, state: 'gone' };
  if ((await manager.look(name, signal)).state === 'absent') await manager.withdraw({ name, mark }, signal);
  const withinMs = Math.min(MOST_MS, Math.max(0, note.endsBy - now()));
  const shown = await ended({ manager, name, withinMs }, signal);
  switch (shown.state) {
    case 'running':
      return { program, state: 'running' };
    case 'withdrawn':
      return { program, state: 'never started' };
    case 'absent':
      return { program, state: 'gone' };
    case 'ended':
      return { program, state: 'ended', exitCode: shown.exitCode, reason: shown.reason };
    default:
      return shown satisfies never;
  }
}

async function ended(wait: { manager: Manager; name: string; withinMs: number }, signal: AbortSignal): Promise<Shown> {
  const { manager, name, withinMs } = wait;
  const over = async () => {
    const shown = await manager.look(name, signal);
    return shown.state === 'running' ? undefined : shown;
  };
  try {
    return await waitUntil(over, { withinMs, everyMs: LOOK_EVERY_MS, what: name }, signal);
  } catch (error) {
    if (error instanceof Problem && error.code === 'timeout') return { state: 'running' };
    throw error;
  }
}

async function resultOf(
  shown: Shown,
  waited: CommandResult,
  { out, err, maxBytes }: { out: string; err: string; maxBytes: number },
): Promise<CommandResult> {
  const nothing = { exitCode: undefined, stdout: '', stderr: '', reason: undefined };
  switch (shown.state) {
    case 'running':
      return { ...nothing, ended: 'timeout' };
    // systemd did not take it, and says why to whoever asked.
    case 'absent':
    case 'withdrawn':
      return { ...nothing, ended: 'missing', reason: waited.stderr.trim().split('\n').at(-1) || waited.reason };
    case 'ended': {
      const [stdout, stderr] = [await readFile(out), await readFile(err)];
      const tooMuch = stdout.length > maxBytes || stderr.length > maxBytes;
      const words = [stdout, stderr].map((bytes) => bytes.subarray(0, maxBytes).toString('utf8'));
      const { exitCode, reason, result } = shown;
      return { ended: tooMuch ? 'overflow' : result, exitCode, stdout: words[0] ?? '', stderr: words[1] ?? '', reason };
    }
    default:
      return shown satisfies never;
  }
}

async function bootId(): Promise<string> {
  return (await readFile(BOOT, 'utf8')).trim();
}
