import { Problem, sentenceOf } from '#src/kit/problem.ts';
import type { Chore, Failure } from '#src/operation/backupKnown.ts';
import { INTERRUPTED } from '#src/operation/backupKnown.ts';
import type { Backups, DestinationFailed } from '#src/operation/backups.ts';
import type { Records, Run, SetRecord } from './record.ts';
import { withSize } from './record.ts';
import { setOf } from './sets.ts';
import type { BackupSpec } from './spec.ts';

type Noted = Pick<Backups, 'save' | 'check' | 'drill' | 'prune'>;
type Keep = (record: SetRecord) => Partial<SetRecord>;

/** What a run came to: destinations that failed, and what else is worth keeping. */
interface Outcome {
  failed: readonly DestinationFailed[];
  keep?: Keep;
}

/** The chores of a node, each run of them noted, whoever ordered it. `busy` has what runs now by its set. */
export function noteRuns(
  { save, check, drill, prune }: Noted,
  deps: { spec: BackupSpec; records: Records; busy: Map<string, Chore>; now: () => number },
): Noted {
  const { now } = deps;
  const note = createNoter(deps);
  return {
    save: (wish, watch, signal) => {
      const began = now();
      return note(
        wish.set,
        'save',
        signal,
        () => save(wish, watch, signal),
        (saved) => outcomeOf(saved, began),
      );
    },
    check: (set, percent, signal, follow) =>
      note(set, 'check', signal, () => check(set, percent, signal, follow), silentOnes),
    prune: (set, signal, follow) => note(set, 'prune', signal, () => prune(set, signal, follow), silentOnes),
    drill: (set, signal, follow) =>
      note(
        set,
        'drill',
        signal,
        () => drill(set, signal, follow),
        ({ snapshot }) => ({
          failed: [],
          keep: () => ({ proven: snapshot.id }),
        }),
      ),
  };
}

function createNoter({ spec, records, busy, now }: Parameters<typeof noteRuns>[1]) {
  return async <T>(
    set: string,
    chore: Chore,
    signal: AbortSignal,
    act: () => Promise<T>,
    outcome: (value: T) => Outcome,
  ): Promise<T> => {
    setOf(spec, set);
    const began = now();
    const before = (await records.of(set)).chores[chore];
    const put = (run: Run | undefined, keep: Keep = () => ({})) =>
      records.change(set, (record) => ({ ...record, ...keep(record), chores: { ...record.chores, [chore]: run } }));
    const failing = (failure: Failure): Run => ({
      ...{ doneAt: before?.doneAt, tookMs: before?.tookMs, triedAt: began },
      ...{ failures: (before?.failures ?? 0) + 1, failure },
    });
    busy.set(set, chore);
    try {
      // Whoever dies in the middle leaves this behind.
      await put(failing({ code: INTERRUPTED, because: 'Nightguard ended in the middle of it.', places: [] }));
      const value = await act();
      const { failed, keep } = outcome(value);
      await put(
        failed[0] ? failing(failureOf(failed)) : { doneAt: began, tookMs: now() - began, triedAt: began, failures: 0 },
        keep,
      );
      return value;
    } catch (error) {
      const code = error instanceof Problem ? error.code : 'restic';
      await put(signal.aborted ? before : failing({ code, because: sentenceOf(error), places: [] }));
      throw error;
    } finally {
      busy.delete(set);
    }
  };
}

function outcomeOf({ parts, failed }: Awaited<ReturnType<Backups['save']>>, began: number): Outcome {
  const whole = [...new Set(parts.map(({ destination }) => destination))];
  const of = parts.filter(({ destination }) => destination === whole[0]);
  const sum = (key: 'bytes' | 'addedBytes') => of.reduce((total, part) => total + part[key], 0);
  const keep: Keep = ({ places, sizes }) => ({
    places: { ...places, ...Object.fromEntries(whole.map((each) => [each, began])) },
    sizes: withSize(sizes, sum('bytes')),
    addedBytes: sum('addedBytes'),
    unread: [...new Set(of.flatMap(({ unread }) => unread))].slice(0, 10),
  });
  return { failed, keep };
}

function silentOnes(places: readonly (Omit<DestinationFailed, 'reason'> & { reason: string | undefined })[]): Outcome {
  return { failed: places.flatMap(({ reason, ...rest }) => (reason === undefined ? [] : { ...rest, reason })) };
}

function failureOf(failed: readonly DestinationFailed[]): Failure {
  const [first] = failed;
  return {
    code: first?.code ?? 'restic',
    because: first?.reason ?? '',
    places: failed.map(({ destination }) => destination),
  };
}
