import { z } from 'zod';
import { formatBytes } from '#src/kit/bytes.ts';
import { formatDuration } from '#src/kit/duration.ts';
import { clip, count } from '#src/kit/text.ts';
import {
  changesFacts,
  goingText,
  notHeardFacts,
  roomFact,
  shortSnapshot,
  snapshotText,
  swappedFacts,
} from '#src/knowledge/backups.ts';
import { restoreVerdict } from '#src/knowledge/restores.ts';
import { defineOperation } from '#src/operation/define.ts';
import { declared, fullPath, snapshotId } from '#src/operation/params.ts';
import type { Fact } from '#src/operation/reply.ts';
import type { RestorePlan } from '#src/operation/restores.ts';
import { Swapped } from '#src/operation/restores.ts';

/** Rows B2 and E1: puts a set, or one path of it, back as a backup has it. What was there is backed up first and kept. */
export default defineOperation({
  name: 'restore',
  version: 1,
  summary: 'Put files back as a backup has them; can be undone',
  role: 'operator',
  risk: 'critical',
  timeout: '12h',
  grace: '11m',
  planTimeout: '20s',
  needs: ['backups'],
  params: z.strictObject({
    set: declared('set', 'files'),
    snapshot: snapshotId().optional().describe('the newest, if it is left out'),
    path: fullPath('/srv/shop').optional().describe('only this file or folder'),
  }),
  result: z.object({
    files: z.number(),
    bytes: z.number(),
    emergency: z.string().optional(),
    unread: z.array(z.string()).optional(),
    swapped: Swapped,
  }),
  steps: {
    stage: { title: 'Back up what is there, restore beside it and compare', kind: 'read' },
    swap: { title: 'Put it in place', kind: 'once' },
  },
  question: ({ set, snapshot, path }) =>
    `Restore ${path ?? set} from ${snapshot === undefined ? 'the newest backup' : shortSnapshot(snapshot)}?`,

  async plan({ params, tools, signal }) {
    const plan = await tools.backups.planRestore(params, signal);
    return { facts: planFacts(plan), binds: { snapshot: plan.snapshot.id, roots: plan.roots, pause: plan.pause } };
  },

  async before({ tools, bound: { snapshot } }) {
    return { snapshot, mark: tools.backups.mark() };
  },

  async run({ params, tools: { backups }, before: { snapshot, mark }, step, note, signal }) {
    const { files, bytes, emergency, unread } = await step('stage', () =>
      backups.stage({ ...params, snapshot, mark }, signal, (going) => note(goingText(going))),
    );
    note(`${count(files, 'file')}, ${formatBytes(bytes)}: all as in the backup`);
    const swapped = await step('swap', () => backups.swap(params.set, signal));
    return { files, bytes, emergency, unread, swapped };
  },

  verify: ({ params: { set }, tools: { backups }, before, looksOnly, signal }) =>
    restoreVerdict({ set, backups, before, looksOnly }, signal),

  report({ params: { set, path }, result: { files, bytes, emergency, unread = [], swapped }, tookMs }) {
    const sick = swapped.unwell.map(({ name }) => name).join(', ');
    const title = `${path ?? set} restored in ${formatDuration(tookMs)}: ${count(files, 'file')}, ${formatBytes(bytes)}`;
    return {
      tone: sick ? 'bad' : 'ok',
      title: clip(sick ? `${title}; ${sick} did not come back` : title, 300),
      facts: [
        ...swappedFacts(swapped),
        ...(emergency === undefined ? [] : [{ label: 'Before it', value: `backup ${emergency}` }]),
        ...unread.map((path): Fact => ({ label: 'Not read for it', value: clip(path, 400), tone: 'warn' })),
      ],
      buttons: [{ label: 'Undo', operation: 'restore_undo', input: { set, restore: swapped.id } }],
    };
  },
});

/** With so many lines for paths a plan in which all is true has as many as it may have. */
const ROOT_LINES = 7;

function rootFacts(roots: RestorePlan['roots']): Fact[] {
  const labelOf = (there: boolean) => (there ? 'Replaces' : 'Brings back');
  const more = (there: boolean): Fact[] => {
    const rest = roots.slice(ROOT_LINES).filter((root) => root.there === there);
    const value = `${rest.length} more: ${rest.map(({ path }) => path).join(', ')}`;
    return rest.length === 0 ? [] : [{ label: labelOf(there), value: clip(value, 400) }];
  };
  const each = roots.slice(0, ROOT_LINES);
  return [
    ...each.map(({ path, there }) => ({ label: labelOf(there), value: clip(path, 400) })),
    ...[...more(true), ...more(false)],
  ];
}

function planFacts({
  snapshot,
  roots,
  absent,
  bytes,
  changes,
  freeBytes,
  pause,
  continues,
  silent,
}: RestorePlan): Fact[] {
  return [
    { label: 'Backup', value: snapshotText(snapshot) },
    ...notHeardFacts(silent),
    ...rootFacts(roots),
    ...(absent.length > 0
      ? [{ label: 'Not in it', value: clip(`${absent.join(', ')}: stays as it is`, 400), tone: 'warn' as const }]
      : []),
    ...changesFacts(changes),
    roomFact(bytes, freeBytes),
    ...(pause.length > 0 ? [{ label: 'Stops meanwhile', value: clip(pause.join(', '), 400) }] : []),
    {
      label: 'First',
      value: continues
        ? 'it is staged already: it goes on from there'
        : 'what is there is backed up, and kept after it',
    },
  ];
}
