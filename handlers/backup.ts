import { z } from 'zod';
import { formatBytes } from '#src/kit/bytes.ts';
import { formatDuration } from '#src/kit/duration.ts';
import { clip, count } from '#src/kit/text.ts';
import { progressText, setFacts, wokenFacts } from '#src/knowledge/backups.ts';
import { fitFacts } from '#src/knowledge/facts.ts';
import { defineOperation } from '#src/operation/define.ts';
import { declared, flag } from '#src/operation/params.ts';
import type { Fact } from '#src/operation/reply.ts';
import { Woken } from '#src/operation/restores.ts';

const Part = z.object({
  destination: z.string(),
  part: z.string(),
  snapshot: z.string(),
  files: z.number(),
  changed: z.number(),
  bytes: z.number(),
  addedBytes: z.number(),
  unread: z.array(z.string()),
  unreadCount: z.number().default(0),
});
type Part = z.infer<typeof Part>;

/** Row B1: saves one set to each of its destinations. */
export default defineOperation({
  name: 'backup',
  says: 'Back up',
  version: 3,
  summary: 'Back up a set to each of its destinations',
  role: 'operator',
  risk: 'change',
  timeout: '12h',
  grace: '11m',
  needs: ['backups'],
  params: z.strictObject({
    set: declared('set', 'files'),
    new: flag().describe('make a new repository where there was one and is none any more'),
  }),
  result: z.object({
    parts: z.array(Part),
    failed: z.array(z.object({ destination: z.string(), reason: z.string() })),
    woken: Woken.optional(),
  }),
  steps: { save: { title: 'Save it', kind: 'once' } },
  question: ({ set, new: renew }) =>
    `Back up ${set}${renew ? ', and make a new repository where there is none any more' : ''}?`,

  async plan({ params, tools }) {
    const set = tools.backups.set(params.set);
    return { facts: setFacts(set, await tools.backups.known()), binds: set };
  },

  async before({ tools }) {
    return { mark: tools.backups.mark() };
  },

  async run({ params, tools, before: { mark }, step, note, signal }) {
    const wish = { set: params.set, renew: params.new, mark };
    return await step('save', () => tools.backups.save(wish, (progress) => note(progressText(progress)), signal));
  },

  async verify({ params, tools, before, signal }) {
    const woken = await tools.backups.wake(params.set, signal);
    const { found, silent } = await tools.backups.marked(params.set, before.mark, signal);
    const { destinations, dumps, paths } = tools.backups.set(params.set);
    const wanted = destinations.length * (dumps.length + (paths.length > 0 ? 1 : 0));
    const again = wokenText(woken);
    const made = `${found} of ${wanted} backups of ${params.set} were made; those are whole.${again}`;
    if (woken && woken.unwell.length > 0) return { verdict: 'needs human', because: made };
    if (found >= wanted)
      return { verdict: 'verified applied', because: `${params.set} is saved everywhere.${again} See /backups` };
    if (silent[0])
      return { verdict: 'needs human', because: `${made} ${silent[0].reason} Then see /backups, or ask again.` };
    return { verdict: 'verified not applied', because: `${made} Ask again for the others.` };
  },

  report({ params: { set }, result: { parts, failed, woken }, tookMs }) {
    const isWhole = parts.every(({ unread }) => unread.length === 0);
    const bytes = Math.max(0, ...parts.map((part) => part.bytes));
    const empty = parts.some(({ part, files }) => part === 'files' && files === 0);
    const users = woken ?? { resumed: [], unwell: [] };
    const sick = users.unwell.map(({ name }) => name).join(', ');
    const facts = fitFacts([
      ...[...parts.map(partFact), ...unreadFacts(parts)],
      ...[...failed.map(failedFact), ...wokenFacts(users)],
    ]);
    const where = [...new Set(parts.map(({ destination }) => destination))].join(', ');
    const title =
      failed.length > 0
        ? `${set} is saved to ${where} only: ${failed.map(({ destination }) => destination).join(', ')} failed`
        : !isWhole
          ? `${set} is saved, but not all of it could be read`
          : empty
            ? `${set} is saved, but there is no file in it: look at its paths`
            : `${set} saved to ${where} in ${formatDuration(tookMs)}: ${formatBytes(bytes)}`;
    return {
      tone: failed.length > 0 || sick ? 'bad' : isWhole && !empty ? 'ok' : 'warn',
      title: clip(sick ? `${title}; ${sick} did not come back` : title, 300),
      facts,
      buttons: [{ label: 'Backups', operation: 'backups', input: { set } }],
    };
  },
});

function partFact({ destination, part, snapshot, files, changed, bytes, addedBytes }: Part): Fact {
  const what = part === 'files' ? `${count(files, 'file')}, ${changed} new or changed` : `dump ${part}`;
  return {
    label: clip(destination, 64),
    value: clip(`${what} · ${formatBytes(bytes)}, ${formatBytes(addedBytes)} added · ${snapshot}`, 400),
    tone: 'ok',
  };
}

function wokenText(woken: Woken | undefined): string {
  if (!woken) return '';
  const sick = woken.unwell.map(({ name, reason }) => ` ${name}, stopped for it, did not come back: ${reason}`);
  return [
    ...(woken.resumed.length > 0 ? [` ${woken.resumed.join(', ')}, stopped for it, runs again.`] : []),
    ...sick,
  ].join('');
}

/** The same path at two destinations is one that cannot be read. */
function unreadFacts(parts: readonly Part[]): Fact[] {
  const named = [...new Set(parts.flatMap(({ unread }) => unread))];
  const all = unreadAt(parts);
  const facts = named.map((path): Fact => ({ label: 'Not read', value: clip(path, 400), tone: 'warn' }));
  return all <= named.length
    ? facts
    : [{ label: 'Not read', value: `${all} paths, the first of them below`, tone: 'warn' }, ...facts];
}

/** How many paths could not be read, at the destination that lacks the most. */
function unreadAt(parts: readonly Part[]): number {
  const places = Object.values(Object.groupBy(parts, ({ destination }) => destination));
  return Math.max(0, ...places.map((of = []) => of.reduce((sum, { unreadCount }) => sum + unreadCount, 0)));
}

function failedFact({ destination, reason }: { destination: string; reason: string }): Fact {
  return { label: clip(destination, 64), value: clip(reason, 400), tone: 'bad' };
}
