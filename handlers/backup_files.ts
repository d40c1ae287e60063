import { z } from 'zod';
import { formatBytes } from '#src/kit/bytes.ts';
import { clip, count, sanitise } from '#src/kit/text.ts';
import { utcMinute } from '#src/kit/utc.ts';
import { snapshotText } from '#src/knowledge/backups.ts';
import type { Contents, Thing } from '#src/operation/backupFiles.ts';
import { defineOperation } from '#src/operation/define.ts';
import { excerptParams } from '#src/operation/excerptParams.ts';
import { Fact, MAX_BUTTONS, ReplyButton } from '#src/operation/reply.ts';

/** What a button can carry. */
const CARRIED = /^\/[^\p{Cc}]{1,199}$/u;

/** So much of a name is enough to know it again; 500 of them have to fit into one text. */
const NAME = 80;

/** Row B2: looks into a backup, folder by folder, and offers to restore what was found. */
export default defineOperation({
  name: 'backup_files',
  says: 'Look into backups of',
  version: 1,
  summary: 'Look into a backup, and choose what to restore',
  role: 'operator',
  risk: 'read',
  timeout: '2m',
  needs: ['backups'],
  params: z.strictObject({
    ...excerptParams(),
  }),
  result: z.object({
    title: z.string(),
    facts: z.array(Fact),
    text: z.string(),
    buttons: z.array(ReplyButton),
  }),
  steps: { look: { title: 'Look into it', kind: 'read' } },

  async run({ params, tools, step, signal }) {
    const found = await step('look', () => tools.backups.contents(params, signal));
    const { snapshot, path, things, total } = found;
    const left = total - things.length;
    return {
      title: `${params.set} has ${count(total, 'thing')} in ${path ?? 'its paths'}`,
      facts: [{ label: 'Backup', value: snapshotText(snapshot) }],
      text: [...things.map(lineOf), ...(left > 0 ? [`… and ${left} more`] : [])].join('\n') || '(empty)',
      buttons: buttonsOf(params.set, found),
    };
  },

  report({ result: { title, facts, text, buttons } }) {
    const block = { label: 'What is in it', text };
    return { tone: 'info', title: clip(sanitise(title), 300), facts, block, buttons };
  },
});

function lineOf({ path, kind, bytes, at }: Thing): string {
  const name = clip(sanitise(path.slice(path.lastIndexOf('/') + 1)).replaceAll(/\s+/g, ' '), NAME);
  if (kind === 'dir') return `${name}/`;
  return kind === 'file' ? `${name}  ${formatBytes(bytes)}  ${utcMinute(at)}` : `${name}  (no file)`;
}

/** What can be done with it first, then the way down; what no button can carry has to be typed. */
function buttonsOf(set: string, { snapshot, path, isFolder, things, copies }: Contents): ReplyButton[] {
  const from = { set, snapshot: snapshot.id.slice(0, 8) };
  const what = path === undefined ? from : { ...from, path };
  const isDump = snapshot.part !== 'files';
  const short = (text: string) => clip(text.slice(text.lastIndexOf('/') + 1), 24);
  const name = path === undefined ? set : short(path);
  const folders = isFolder ? things.filter(({ kind }) => kind === 'dir') : [];
  const all: ReplyButton[] = [
    ...(isDump ? [] : [{ label: `Restore ${name}`, operation: 'restore', input: what }]),
    ...(copies ? [{ label: `Copy ${name}`, operation: 'restore_copy', input: what }] : []),
    ...folders.map((each) => ({
      label: `Open ${short(each.path)}/`,
      operation: 'backup_files',
      input: { ...from, path: each.path },
    })),
  ];
  return all.filter(({ input }) => !('path' in input) || CARRIED.test(String(input.path))).slice(0, MAX_BUTTONS);
}
