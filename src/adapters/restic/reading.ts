import { Problem } from '#src/kit/problem.ts';
import type { Runner, RunOptions } from './runner.ts';

/** Reads for long, with a lock so that nobody prunes meanwhile; without one where none can be made, such as on a disk that is full or mounted read-only. */
export async function readLocked(
  runner: Runner,
  argv: readonly string[],
  options: RunOptions,
  signal: AbortSignal,
): ReturnType<Runner['run']> {
  const unlocked = { ...options, unlocked: true };
  if (!(await runner.takesLocks())) return await runner.run(argv, unlocked, signal);
  try {
    return await runner.run(argv, options, signal);
  } catch (error) {
    if (!isLockless(error)) throw error;
    return await runner.run(argv, unlocked, signal);
  }
}

/** Whether no lock could be made, for another reason than that somebody has one. */
function isLockless(error: unknown): boolean {
  if (!(error instanceof Problem) || error.code === 'backup-locked') return false;
  return /unable to create lock/.test(error.evidence ?? '');
}
