import { z } from 'zod';
import { formatBytes } from '#src/kit/bytes.ts';
import { formatDuration } from '#src/kit/duration.ts';
import { clip, count } from '#src/kit/text.ts';
import { copiesFact, noSets, shortSnapshot } from '#src/knowledge/backups.ts';
import { fitFacts } from '#src/knowledge/facts.ts';
import type { SetKnown } from '#src/operation/backupKnown.ts';
import type { BackupSet, Kept } from '#src/operation/backups.ts';
import { defineOperation } from '#src/operation/define.ts';
import { declared } from '#src/operation/params.ts';
import { Fact } from '#src/operation/reply.ts';

const DAY_MS = 86_400_000;
const SHOWN = 10;
const OFFERED = 3;

/** Rows B2 and B3: what backups there are, how old and how large, where, and whether the newest is fresh. */
export default defineOperation({
  name: 'backups',
  version: 1,
  summary: 'What backups there are: age, size, where',
  role: 'viewer',
  risk: 'read',
  timeout: '2m',
  needs: ['backups'],
  params: z.strictObject({ set: declared('set', 'files').optional().describe('only this set') }),
  result: z.object({
    facts: z.array(Fact),
    stale: z.array(z.string()),
    silent: z.array(z.string()),
    sets: z.number(),
    found: z.number(),
    restorable: z.array(z.object({ id: z.string(), ageMs: z.number() })).default([]),
  }),
  steps: { look: { title: 'Ask each repository', kind: 'read' } },

  async run({ params, tools: { backups }, step, signal }) {
    const sets = params.set === undefined ? backups.sets() : [backups.set(params.set)];
    const kept = sets.length === 0 ? [] : await step('look', () => backups.list(params.set, signal));
    const known = sets.length === 0 ? [] : await backups.known();
    const now = sets.map((set) => ({ set, known: known.find(({ name }) => name === set.name) }));
    const facts = now.flatMap((each) => [...newestFacts(each, kept), drillFact(each)]);
    const one = sets.length === 1 && sets[0] ? [copiesFact(sets[0]), ...allFacts(sets[0], kept)] : [];
    const silent = kept.flatMap(({ destination, reason }) => (reason === undefined ? [] : { destination, reason }));
    return {
      facts: fitFacts([...facts, ...one, ...silent.map(silentFact)]),
      stale: now.filter((each) => newestOf(each.set, kept).ageMs > ageOf(each)).map(({ set }) => set.name),
      silent: silent.map(({ destination }) => destination),
      sets: sets.length,
      found: kept.reduce((sum, { snapshots }) => sum + snapshots.length, 0),
      restorable: params.set === undefined ? [] : restorableOf(params.set, kept),
    };
  },

  report({ params, result: { facts, stale, silent, sets, found, restorable } }) {
    if (sets === 0) return { tone: 'info', title: noSets() };
    const late = stale.length > 0 ? `no fresh backup of ${stale.join(', ')}` : '';
    const away = silent.length > 0 ? `${silent.join(', ')} cannot be asked` : '';
    const title =
      [late, away].filter(Boolean).join('; ') || `${count(found, 'backup')} of ${count(sets, 'set')}, all fresh`;
    const name = params.set ?? stale[0];
    return {
      tone: stale.length > 0 || silent.length > 0 ? 'warn' : 'ok',
      title: clip(title, 300),
      facts,
      buttons:
        name === undefined
          ? []
          : [
              { label: `Back up ${name}`, operation: 'backup', input: { set: name } },
              ...restorable.map(({ id, ageMs }) => ({
                label: `Restore ${id}, ${formatDuration(ageMs)} old`,
                operation: 'restore',
                input: { set: name, snapshot: id },
              })),
              ...restorable.slice(0, 2).map(({ id }) => ({
                label: `Look into ${id}`,
                operation: 'backup_files',
                input: { set: name, snapshot: id },
              })),
            ],
    };
  },
});

interface Now {
  set: BackupSet;
  known: SetKnown | undefined;
}

/** How old the newest backup may be: a day where neither the schedule nor anybody says otherwise. */
function ageOf({ known }: Now): number {
  return known?.maxAgeMs ?? DAY_MS;
}

function newestOf({ name }: BackupSet, kept: readonly Kept[]) {
  const own = kept.flatMap(({ snapshots }) => snapshots).filter(({ set, emergency }) => set === name && !emergency);
  const newest = own.sort((a, b) => a.ageMs - b.ageMs)[0];
  return { newest, ageMs: newest?.ageMs ?? Number.POSITIVE_INFINITY };
}

/** The newest backups of files, wherever they are, for a restore of which a button is enough. */
function restorableOf(name: string, kept: readonly Kept[]): { id: string; ageMs: number }[] {
  return kept
    .flatMap(({ snapshots }) => snapshots)
    .filter(({ set, part, emergency }) => set === name && part === 'files' && !emergency)
    .toSorted((a, b) => a.ageMs - b.ageMs)
    .slice(0, OFFERED)
    .map(({ id, ageMs }) => ({ id: shortSnapshot(id), ageMs }));
}

function newestFacts(each: Now, kept: readonly Kept[]): Fact[] {
  const { name } = each.set;
  const { newest, ageMs } = newestOf(each.set, kept);
  const limit = `at most ${formatDuration(ageOf(each))} old`;
  if (!newest) return [{ label: name, value: 'no backup yet', limit, tone: 'bad' }];
  const value = `newest ${formatDuration(ageMs)} old at ${newest.destination}${sizeText(newest.bytes)}`;
  return [{ label: name, value: clip(value, 400), limit, tone: ageMs > ageOf(each) ? 'warn' : 'ok' }];
}

function drillFact({ set: { name }, known }: Now): Fact {
  const drill = known?.chores.drill;
  if (drill?.agoMs === undefined)
    return { label: `${name} drill`, value: 'never proven: /restore_drill', tone: 'warn' };
  const value = `proven ${formatDuration(drill.agoMs)} ago, took ${formatDuration(drill.tookMs ?? 0)}`;
  return { label: `${name} drill`, value, tone: 'ok' };
}

function allFacts({ name }: BackupSet, kept: readonly Kept[]): Fact[] {
  return kept.flatMap(({ destination, snapshots }) =>
    snapshots
      .filter(({ set }) => set === name)
      .slice(0, SHOWN)
      .map(({ id, ageMs, part, emergency, bytes, addedBytes }) => ({
        label: shortSnapshot(id),
        value: clip(
          `${formatDuration(ageMs)} old · ${destination}${part === 'files' ? '' : ` · dump ${part}`}${sizeText(bytes)}${addedBytes === undefined ? '' : `, ${formatBytes(addedBytes)} of it new`}${emergency ? ' · before a restore' : ''}`,
          400,
        ),
      })),
  );
}

function sizeText(bytes: number | undefined): string {
  return bytes === undefined ? '' : ` · ${formatBytes(bytes)}`;
}

function silentFact({ destination, reason }: { destination: string; reason: string }): Fact {
  return { label: clip(destination, 64), value: clip(reason, 400), tone: 'bad' };
}
