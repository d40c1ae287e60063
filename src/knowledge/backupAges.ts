import { formatBytes } from '#src/kit/bytes.ts';
import { formatDuration } from '#src/kit/duration.ts';
import { clip } from '#src/kit/text.ts';
import type { SetKnown } from '#src/operation/backupKnown.ts';
import type { BackupSet, Kept } from '#src/operation/backups.ts';
import type { Fact } from '#src/operation/reply.ts';
import { FILES, partNames } from '#src/operation/snapshot.ts';

const DAY_MS = 86_400_000;

/** Whether a set has fresh backups of each of its parts at each destination that answered, and which it lacks. */
export interface Freshness {
  set: string;
  facts: Fact[];
  /** Nothing of it is fresh anywhere. */
  isStale: boolean;
  /** What is not: `dump orders at nas`. */
  behind: string[];
}

/** How fresh a set is by what its repositories have: no fresher than the oldest of its parts. */
export function freshnessOf(set: BackupSet, known: readonly SetKnown[], kept: readonly Kept[]): Freshness {
  const mostMs = known.find(({ name }) => name === set.name)?.maxAgeMs ?? DAY_MS;
  const all = newestOf(set, kept);
  const fresh = all.filter(({ ageMs }) => ageMs <= mostMs);
  const behind = all.filter(({ ageMs }) => ageMs > mostMs);
  const limit = `at most ${formatDuration(mostMs)} old`;
  const fact = (value: string, tone: Fact['tone']): Fact => ({ label: set.name, value: clip(value, 400), limit, tone });
  const [newest] = all.filter(({ ageMs }) => ageMs < Number.POSITIVE_INFINITY).sort((a, b) => a.ageMs - b.ageMs);
  const isStale = fresh.length === 0;
  const value =
    newest && `newest ${formatDuration(newest.ageMs)} old at ${newest.destination}${sizeText(newest.bytes)}`;
  return {
    set: set.name,
    facts: [
      value === undefined
        ? fact(all.length === 0 ? 'none of its destinations answers' : 'no backup yet', 'bad')
        : fact(value, isStale ? 'warn' : 'ok'),
      ...(isStale ? [] : behind.map((each) => fact(`${each.what}: ${ageText(each.ageMs)}`, 'warn'))),
    ],
    isStale,
    behind: behind.map(({ what }) => what),
  };
}

/** The newest ordinary backup of each part at each destination that answered; the age is endless where there is none. */
function newestOf({ name, paths, dumps, destinations }: BackupSet, kept: readonly Kept[]) {
  const parts = partNames(paths, dumps);
  const heard = kept.filter(({ destination, reason }) => destinations.includes(destination) && reason === undefined);
  return heard.flatMap(({ destination, snapshots }) =>
    parts.map((part) => {
      const own = snapshots.filter((one) => one.set === name && one.part === part && !one.emergency && !one.isAhead);
      const [newest] = own.toSorted((a, b) => a.ageMs - b.ageMs);
      const what = `${part === FILES ? part : `dump ${part}`} at ${destination}`;
      return { destination, what, ageMs: newest?.ageMs ?? Number.POSITIVE_INFINITY, bytes: newest?.bytes };
    }),
  );
}

function ageText(ageMs: number): string {
  return ageMs === Number.POSITIVE_INFINITY ? 'no backup yet' : `newest ${formatDuration(ageMs)} old`;
}

function sizeText(bytes: number | undefined): string {
  return bytes === undefined ? '' : ` · ${formatBytes(bytes)}`;
}
