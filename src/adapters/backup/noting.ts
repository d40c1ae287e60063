import { Problem, sentenceOf } from '#src/kit/problem.ts';
import type { Chore, Failure } from '#src/operation/backupKnown.ts';
import { INTERRUPTED } from '#src/operation/backupKnown.ts';
import type { Backups, PartSaved } from '#src/operation/backups.ts';
import type { DestinationFailed } from '#src/operation/destinationFailed.ts';
import type { Reach } from './reach.ts';
import type { Records, Run, SetRecord, Today } from './record.ts';
import { withParts } from './record.ts';
import { destinationsOf, partsOf, setOf } from './sets.ts';
import type { BackupSpec } from './spec.ts';

type Noted = Pick<Backups, 'save' | 'check' | 'drill' | 'prune'>;
type Saved = Awaited<ReturnType<Backups['save']>>;
type Keep = (record: SetRecord) => Partial<SetRecord>;

/** What a run came to: destinations that failed, and what else is worth keeping. */
interface Outcome {
  failed: readonly DestinationFailed[];
  keep?: Keep;
}

/** The chores of a node, each run of them noted, whoever ordered it. `busy` has what runs now by its set. */
export function noteRuns(
  { save, check, drill, prune }: Noted,
  deps: { spec: BackupSpec; records: Records; reach: Reach; busy: Map<string, Chore>; now: () => number },
): Noted {
  const { now, reach } = deps;
  const note = createNoter(deps);
  return {
    save: (wish, watch, signal) => {
      const began = now();
      return note(
        wish.set,
        'save',
        signal,
        async () => {
          const saved = await save(wish, watch, signal);
          if (wish.renew) for (const destination of placesOf(saved)) await reach.renew(destination);
          return saved;
        },
        (saved) => outcomeOf(saved, began, todayOf(deps.spec, wish.set)),
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

function todayOf(spec: BackupSpec, name: string): Today {
  const set = setOf(spec, name);
  return { destinations: destinationsOf(spec, set), parts: partsOf(set) };
}

function outcomeOf(saved: Saved, began: number, today: Today): Outcome {
  const { parts, failed } = saved;
  const whole = placesOf(saved);
  const at = (destination: string) => parts.filter((part) => part.destination === destination);
  const sum = (of: readonly PartSaved[], key: 'addedBytes' | 'unreadCount') =>
    of.reduce((total, part) => total + part[key], 0);
  const most = (key: 'addedBytes' | 'unreadCount') => Math.max(0, ...whole.map((each) => sum(at(each), key)));
  const keep: Keep = (record) => ({
    places: { ...record.places, ...Object.fromEntries(whole.map((each) => [each, began])) },
    wanted: { ...Object.fromEntries(failed.map(({ destination }) => [destination, began])), ...record.wanted },
    parts: withParts(record.parts, parts, today),
    addedBytes: most('addedBytes'),
    unread: [...new Set(parts.flatMap(({ unread }) => unread))].slice(0, 10),
    unreadCount: most('unreadCount'),
  });
  return { failed, keep };
}

/** The destinations that have got all of a set. */
function placesOf({ parts }: Saved): string[] {
  return [...new Set(parts.map(({ destination }) => destination))];
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
