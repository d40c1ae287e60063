import { z } from 'zod';
import { formatBytes } from '#src/kit/bytes.ts';
import { formatDuration } from '#src/kit/duration.ts';
import { count } from '#src/kit/text.ts';
import { shortSnapshot } from '#src/knowledge/backups.ts';
import { defineOperation } from '#src/operation/define.ts';
import { declared } from '#src/operation/params.ts';

/** Row B4: an untested backup is no backup. Restores the newest to a scratch place, compares it, and takes it away again. */
export default defineOperation({
  name: 'restore_drill',
  says: 'Drill a restore of',
  version: 1,
  summary: 'Prove that the newest backup can be restored',
  role: 'operator',
  risk: 'read',
  timeout: '12h',
  grace: '30s',
  needs: ['backups'],
  params: z.strictObject({ set: declared('set', 'files') }),
  result: z.object({
    snapshot: z.string(),
    destination: z.string(),
    files: z.number(),
    bytes: z.number(),
    tookMs: z.number(),
    unchanged: z.number(),
    isChecked: z.boolean().default(false),
  }),
  steps: { drill: { title: 'Restore it to a scratch place and compare', kind: 'read' } },

  async run({ params, tools, step, signal }) {
    const { snapshot, ...proof } = await step('drill', () => tools.backups.drill(params.set, signal));
    return { ...proof, snapshot: shortSnapshot(snapshot.id), destination: snapshot.destination };
  },

  report({ params: { set }, result: { snapshot, destination, files, bytes, tookMs, unchanged, isChecked } }) {
    return {
      tone: 'ok',
      title: `${set} can be restored: proven in ${formatDuration(tookMs)}`,
      facts: [
        { label: 'Backup', value: `${snapshot} at ${destination}` },
        {
          label: 'Compared',
          value: `${count(files, 'file')}, ${formatBytes(bytes)}, all as they were saved`,
          tone: 'ok',
        },
        ...(isChecked ? [{ label: 'Its check', value: 'is content with what was restored', tone: 'ok' as const }] : []),
        { label: 'On the node', value: `${unchanged} of them are still the same` },
      ],
    };
  },
});
