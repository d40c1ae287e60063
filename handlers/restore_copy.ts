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

  async before({ tools, bound: { snapshot, to } }): Promise<{ snapshot: string; to: string; mark?: string }> {
    return { snapshot, to, mark: tools.backups.mark() };
  },

  async run({ params, tools, before: { snapshot, to, mark }, step, note, signal }) {
    const as = to.slice(to.lastIndexOf('/') + 1);
    const follow: Follow = (going) => note(goingText(going));
    return await step('copy', () => tools.backups.copy({ ...params, snapshot, as, mark }, signal, follow));
  },

  async verify({ tools: { backups }, before: { to, mark }, looksOnly }) {
    // The image of a release without marks.
    if (mark === undefined)
      return { verdict: 'needs human', because: `Whether ${to} is that copy nothing tells. Look at it.` };
    if (!looksOnly) await backups.dropCopy(to, mark);
    if (await backups.copied(mark))
      return { verdict: 'verified applied', because: `The copy is at ${to}, as it was in the backup.` };
    return { verdict: 'verified not applied', because: 'There is no copy of it, and nothing is left. Ask again.' };
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
