import { z } from 'zod';
import { formatBytes } from '#src/kit/bytes.ts';
import { formatDuration } from '#src/kit/duration.ts';
import { clip, count } from '#src/kit/text.ts';
import { utc } from '#src/kit/utc.ts';
import { freshnessOf } from '#src/knowledge/backupAges.ts';
import { copiesFact, noSets, shortSnapshot } from '#src/knowledge/backups.ts';
import { fitFacts } from '#src/knowledge/facts.ts';
import type { SetKnown } from '#src/operation/backupKnown.ts';
import type { BackupSet, Kept } from '#src/operation/backups.ts';
import { defineOperation } from '#src/operation/define.ts';
import { declared } from '#src/operation/params.ts';
import { Fact } from '#src/operation/reply.ts';

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
    behind: z.array(z.string()).default([]),
    ahead: z.number().default(0),
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
    const fresh = sets.map((set) => freshnessOf(set, known, kept));
    const drills = sets.map(({ name }) => drillFact(name, known));
    const facts = fresh.flatMap((each, n) => [...each.facts, drills[n] ?? []]).flat();
    const one = sets.length === 1 && sets[0] ? [copiesFact(sets[0], known), ...allFacts(sets[0], kept)] : [];
    const silent = kept.flatMap(({ destination, reason }) => (reason === undefined ? [] : { destination, reason }));
    const all = kept.flatMap(({ snapshots }) => snapshots);
    return {
      facts: fitFacts([...facts, ...one, ...silent.map(silentFact)]),
      stale: fresh.flatMap(({ set, isStale }) => (isStale ? [set] : [])),
      behind: fresh.flatMap(({ set, isStale, behind }) =>
        isStale || behind.length === 0 ? [] : [`${set} (${behind.join(', ')})`],
      ),
      ahead: all.filter(({ isAhead }) => isAhead).length,
      silent: silent.map(({ destination }) => destination),
      sets: sets.length,
      found: kept.reduce((sum, { snapshots }) => sum + snapshots.length, 0),
      restorable: params.set === undefined ? [] : restorableOf(params.set, kept),
    };
  },

  report({ params, result: { facts, stale, behind, ahead, silent, sets, found, restorable } }) {
    if (sets === 0) return { tone: 'info', title: noSets() };
    const late = stale.length > 0 ? `no fresh backup of ${stale.join(', ')}` : '';
    const older = behind.length > 0 ? `not fresh everywhere: ${behind.join(', ')}` : '';
    const wrong = ahead > 0 ? `${count(ahead, 'backup')} dated later than now` : '';
    const away = silent.length > 0 ? `${silent.join(', ')} cannot be asked` : '';
    const title =
      [late, older, wrong, away].filter(Boolean).join('; ') ||
      `${count(found, 'backup')} of ${count(sets, 'set')}, all fresh`;
    const name = params.set ?? stale[0] ?? behind[0]?.split(' ')[0];
    return {
      tone: late || older || wrong || away ? 'warn' : 'ok',
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

/** The newest backups of files, wherever they are, for a restore of which a button is enough. */
function restorableOf(name: string, kept: readonly Kept[]): { id: string; ageMs: number }[] {
  return kept
    .flatMap(({ snapshots }) => snapshots)
    .filter(({ set, part, emergency, isAhead }) => set === name && part === 'files' && !emergency && !isAhead)
    .toSorted((a, b) => a.ageMs - b.ageMs)
    .slice(0, OFFERED)
    .map(({ id, ageMs }) => ({ id: shortSnapshot(id), ageMs }));
}

function drillFact(name: string, known: readonly SetKnown[]): Fact {
  const drill = known.find((each) => each.name === name)?.chores.drill;
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
      .map(({ id, at, ageMs, part, emergency, isAhead, bytes, addedBytes }) => ({
        label: shortSnapshot(id),
        value: clip(
          `${isAhead ? `dated ${utc(at)}, a clock was or is wrong` : `${formatDuration(ageMs)} old`} · ${destination}${part === 'files' ? '' : ` · dump ${part}`}${sizeText(bytes)}${addedBytes === undefined ? '' : `, ${formatBytes(addedBytes)} of it new`}${emergency ? ' · before a restore' : ''}`,
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
