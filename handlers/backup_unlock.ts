import { z } from 'zod';
import { clip } from '#src/kit/text.ts';
import { setFacts } from '#src/knowledge/backups.ts';
import { defineOperation } from '#src/operation/define.ts';
import { declared } from '#src/operation/params.ts';

/** Takes away the locks that killed runs left behind; a lock that somebody holds stays. */
export default defineOperation({
  name: 'backup_unlock',
  says: 'Unlock the backups of',
  version: 1,
  summary: 'Take away locks that nobody holds any more',
  role: 'operator',
  risk: 'change',
  timeout: '5m',
  needs: ['backups'],
  params: z.strictObject({ set: declared('set', 'files') }),
  result: z.object({
    places: z.array(z.object({ destination: z.string(), left: z.number(), reason: z.string().optional() })),
  }),
  steps: { unlock: { title: 'Take stale locks away', kind: 'once' } },
  question: ({ set }) => `Take stale locks off the repositories of ${set}?`,

  async plan({ params, tools }) {
    const set = tools.backups.set(params.set);
    return { facts: setFacts(set, await tools.backups.known()), binds: set.destinations };
  },

  async before() {
    return {};
  },

  async run({ params, tools, step, signal }) {
    return { places: await step('unlock', () => tools.backups.unlock(params.set, signal)) };
  },

  async verify({ params }) {
    return {
      verdict: 'verified not applied',
      because: `Some stale locks of ${params.set} may be left. Asking again does no harm.`,
    };
  },

  report({ params: { set }, result: { places } }) {
    const held = places.filter(({ left }) => left > 0);
    const failed = places.filter(({ reason }) => reason !== undefined);
    const names = (some: readonly { destination: string }[]) => some.map(({ destination }) => destination).join(', ');
    return {
      tone: failed.length > 0 ? 'bad' : held.length > 0 ? 'warn' : 'ok',
      title: clip(
        failed.length > 0
          ? `${names(failed)} of ${set} could not be unlocked`
          : held.length > 0
            ? `${names(held)} of ${set} is in use: somebody holds a lock there`
            : `no locks are left on ${set}`,
        300,
      ),
      facts: places.map(({ destination, left, reason }) => ({
        label: clip(destination, 64),
        value: clip(reason ?? (left === 0 ? 'no locks' : `${left} held`), 400),
        tone: reason === undefined ? (left === 0 ? 'ok' : 'warn') : 'bad',
      })),
    };
  },
});
