import { z } from 'zod';
import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import { clip } from '#src/kit/text.ts';
import { utcMinute } from '#src/kit/utc.ts';
import { shortSnapshot, swappedFacts } from '#src/knowledge/backups.ts';
import { restoreVerdict } from '#src/knowledge/restores.ts';
import { defineOperation } from '#src/operation/define.ts';
import { declared, restoreId } from '#src/operation/params.ts';
import { Swapped } from '#src/operation/restores.ts';

/** Puts back what the last restore of a set replaced; undoing twice is the restore again. */
export default defineOperation({
  name: 'restore_undo',
  says: 'Undo the restore of',
  version: 1,
  summary: 'Put back what the last restore replaced',
  role: 'operator',
  risk: 'change',
  timeout: '30m',
  grace: '11m',
  needs: ['backups'],
  params: z.strictObject({
    set: declared('set', 'files'),
    restore: restoreId().optional().describe('only if this one was the last'),
  }),
  result: z.object({ swapped: Swapped, isAgain: z.boolean().default(false) }),
  steps: { swap: { title: 'Swap them back', kind: 'once' } },
  question: ({ set }) => `Undo the last restore of ${set}?`,

  async plan({ params: { set, restore }, tools: { backups } }) {
    const last = await backups.undoable(set);
    if (!last) throw new Problem('nothing-to-undo', `No restore of ${set} can be undone. See /backups`);
    if (restore !== undefined && restore !== last.id)
      throw new Problem('nothing-to-undo', `That was not the last restore of ${set}. For the last one: /restore_undo`);
    const { pause } = backups.set(set);
    const what = last.kind === 'undo' ? 'the undoing' : `the restore of ${shortSnapshot(last.snapshot ?? '')}`;
    return {
      facts: [
        { label: 'Undoes', value: `${what}, ${utcMinute(last.at)}` },
        ...last.paths.slice(0, 10).map((path) => ({ label: 'Puts back', value: clip(path, 400) })),
        ...(pause.length > 0 ? [{ label: 'Stops meanwhile', value: clip(pause.join(', '), 400) }] : []),
        { label: 'Kept', value: 'what the restore put in place' },
      ],
      binds: { last, pause },
    };
  },

  async before({ tools, bound: { last } }) {
    return { last: last.id, isAgain: last.kind === 'undo', mark: tools.backups.mark() };
  },

  async run({ params: { set }, tools, before: { last, isAgain, mark }, step, signal }) {
    return { isAgain, swapped: await step('swap', () => tools.backups.undo(set, signal, { restore: last, mark })) };
  },

  verify: ({ params: { set }, tools: { backups }, before, looksOnly, signal }) =>
    restoreVerdict({ set, backups, before, looksOnly }, signal),

  report({ params: { set }, result: { swapped, isAgain }, tookMs }) {
    const sick = swapped.unwell.map(({ name }) => name).join(', ');
    const title = `${isAgain ? `${set} is as restored again` : `the restore of ${set} is undone`} in ${formatDuration(tookMs)}`;
    return {
      tone: sick ? 'bad' : 'ok',
      title: clip(sick ? `${title}; ${sick} did not come back` : title, 300),
      facts: swappedFacts(swapped),
      buttons: [{ label: 'Undo that', operation: 'restore_undo', input: { set, restore: swapped.id } }],
    };
  },
});
