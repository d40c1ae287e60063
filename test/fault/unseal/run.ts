import { sideBySide } from '../side.ts';
import type { Lab } from './lab.ts';
import { openLab } from './lab.ts';
import type { Trial } from './plan.ts';
import type { Scan } from './scan.ts';
import { scanLab } from './scan.ts';
import type { Outcome } from './trial.ts';
import { runUnsealTrial } from './trial.ts';

/** So many trials follow one another in a lab; then its chat and its logs are long enough. */
const TRIALS_PER_LAB = 25;
/** A trial that only waits for a node that is gone lets another begin beside it. */
const MORE_OPEN = 2;

/** Runs trials, many of them one after the other in the same lab; each lab is looked through for shares before it is closed. */
export async function runUnseals<T extends Trial>(
  trials: readonly T[],
  { side, signal }: { side: number; signal: AbortSignal },
  onOutcome: (outcome: Outcome, trial: T) => void,
): Promise<Scan[]> {
  const free: Lab[] = [];
  const scans: Scan[] = [];
  const done = async (lab: Lab) => {
    try {
      scans.push(await scanLab(lab));
    } finally {
      await lab.close();
    }
  };
  try {
    await sideBySide(trials, { side, most: side + MORE_OPEN, signal }, async (trial, onSlow) => {
      const lab = free.pop() ?? (await opened());
      const outcome = await runUnsealTrial(lab, trial, onSlow).catch((error: unknown): Outcome => failed(trial, error));
      onOutcome(outcome, trial);
      if (outcome.wrong.length === 0 && lab.trials < TRIALS_PER_LAB) free.push(lab);
      else await done(lab);
    });
  } finally {
    await Promise.all(free.splice(0).map(done));
  }
  return scans;
}

function failed({ kind }: Trial, error: unknown): Outcome {
  const sentence = error instanceof Error ? `${error.message} ${error.stack?.split('\n')[1] ?? ''}` : String(error);
  return { kind, ends: 'sealed', told: [], deaths: 0, given: 0, tookMs: 0, wrong: [sentence] };
}

/** A lab that does not come up on a busy machine says nothing about what is tried in it. */
async function opened(tries = 3): Promise<Lab> {
  try {
    return await openLab();
  } catch (error) {
    if (tries <= 1) throw error;
    return await opened(tries - 1);
  }
}
