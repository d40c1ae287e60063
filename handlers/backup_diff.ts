import { z } from 'zod';
import { formatBytes } from '#src/kit/bytes.ts';
import { count } from '#src/kit/text.ts';
import { shortSnapshot } from '#src/knowledge/backups.ts';
import { defineOperation } from '#src/operation/define.ts';
import { declared, snapshotId } from '#src/operation/params.ts';

/** Row B2: what changed between two backups of a set. */
export default defineOperation({
  name: 'backup_diff',
  says: 'Compare backups of',
  version: 1,
  summary: 'What changed between two backups of a set',
  role: 'operator',
  risk: 'read',
  timeout: '10m',
  needs: ['backups'],
  params: z.strictObject({
    set: declared('set', 'files'),
    older: snapshotId().optional().describe('the one before it, if it is left out'),
    newer: snapshotId().optional().describe('the newest, if it is left out'),
  }),
  result: z.object({
    older: z.string(),
    newer: z.string(),
    changed: z.number(),
    added: z.number(),
    removed: z.number(),
    addedBytes: z.number(),
    removedBytes: z.number(),
    paths: z.array(z.string()),
  }),
  steps: { compare: { title: 'Compare them', kind: 'read' } },

  async run({ params: { set, older, newer }, tools, step, signal }) {
    const found = await step('compare', () => tools.backups.diff(set, { older, newer }, signal));
    return { ...found, older: shortSnapshot(found.older.id), newer: shortSnapshot(found.newer.id) };
  },

  report({ params: { set }, result }) {
    const { older, newer, changed, added, removed, addedBytes, removedBytes, paths } = result;
    const all = changed + added + removed;
    return {
      tone: 'info',
      title:
        all === 0
          ? `${set}: nothing changed from ${older} to ${newer}`
          : `${set}: ${count(all, 'file')} ${all === 1 ? 'differs' : 'differ'} from ${older} to ${newer}`,
      facts: [
        { label: 'Changed', value: count(changed, 'file') },
        { label: 'Added', value: `${count(added, 'file')}, ${formatBytes(addedBytes)}` },
        { label: 'Removed', value: `${count(removed, 'file')}, ${formatBytes(removedBytes)}` },
      ],
      ...(paths.length > 0 && {
        block: { label: '+ added, - removed, M content, U mode or owner', text: paths.join('\n') },
      }),
    };
  },
});
