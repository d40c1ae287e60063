import { z } from 'zod';
import { formatBytes } from '#src/kit/bytes.ts';
import { formatDuration } from '#src/kit/duration.ts';
import { clip, count } from '#src/kit/text.ts';
import { goingText, roomFact, shortSnapshot, snapshotText } from '#src/knowledge/backups.ts';
import type { Follow } from '#src/operation/backups.ts';
import { defineOperation } from '#src/operation/define.ts';
import { excerptParams } from '#src/operation/excerptParams.ts';
import { newName } from '#src/operation/params.ts';

/** Row B2: puts a backup, a part of one or a dump into a new folder, and replaces nothing. */
export default defineOperation({
  name: 'restore_copy',
  says: 'Copy a backup of',
  version: 1,
  summary: 'Put a copy of a backup into a new folder; replaces nothing',
  role: 'operator',
  risk: 'change',
  timeout: '12h',
  grace: '30s',
  planTimeout: '20s',
  needs: ['backups'],
  params: z.strictObject({
    ...excerptParams(),
    as: newName('shop-before')
      .optional()
      .describe('what the folder is called; set, backup and path, if it is left out'),
  }),
  result: z.object({ to: z.string(), files: z.number(), bytes: z.number() }),
  steps: { copy: { title: 'Restore it to a new folder and compare', kind: 'once' } },
  question: (params) =>
    `Copy ${whatOf(params)} from ${params.snapshot === undefined ? 'the newest backup' : shortSnapshot(params.snapshot)}?`,

  async plan({ params, tools, signal }) {
    const { snapshot, paths, to, bytes, freeBytes } = await tools.backups.planCopy(params, signal);
    return {
      facts: [
        { label: 'Backup', value: snapshotText(snapshot) },
        { label: 'Copies', value: clip(paths.join(', '), 400) },
        { label: 'To', value: clip(`${to}, a new folder`, 400) },
        roomFact(bytes, freeBytes),
        { label: 'Replaces', value: 'nothing, and stops nothing', tone: 'ok' },
      ],
      binds: { snapshot: snapshot.id, paths, to },
    };
  },

  async before({ bound: { snapshot, to } }) {
    return { snapshot, to };
  },

  async run({ params, tools, before: { snapshot, to }, step, note, signal }) {
    const as = to.slice(to.lastIndexOf('/') + 1);
    const follow: Follow = (going) => note(goingText(going));
    return await step('copy', () => tools.backups.copy({ ...params, snapshot, as }, signal, follow));
  },

  async verify({ tools, before: { to } }) {
    return (await tools.backups.settleCopy(to))
      ? { verdict: 'verified applied', because: `The copy is at ${to}, as it is in the backup.` }
      : { verdict: 'verified not applied', because: 'There is no copy, and nothing is left of it. Ask again.' };
  },

  report({ params, result: { to, files, bytes }, tookMs }) {
    return {
      tone: 'ok',
      title: clip(
        `${whatOf(params)} copied in ${formatDuration(tookMs)}: ${count(files, 'file')}, ${formatBytes(bytes)}`,
        300,
      ),
      facts: [
        { label: 'At', value: clip(to, 400), tone: 'ok' },
        { label: 'Keep in mind', value: 'it stays until somebody takes it away' },
      ],
    };
  },
});

function whatOf({ set, path, part }: { set: string; path?: string | undefined; part?: string | undefined }): string {
  return path ?? (part === undefined ? set : `the dump ${part} of ${set}`);
}
