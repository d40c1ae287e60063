import { z } from 'zod';
import { formatDuration } from '#src/kit/duration.ts';
import { clip, count } from '#src/kit/text.ts';
import { setFacts } from '#src/knowledge/backups.ts';
import { defineOperation } from '#src/operation/define.ts';
import { declared } from '#src/operation/params.ts';

/** Row B4: drops the backups that the set does not keep, and what restores left beside its files long ago. */
export default defineOperation({
  name: 'backup_prune',
  says: 'Prune the backups of',
  version: 1,
  summary: 'Drop backups that are older than the set keeps',
  role: 'admin',
  risk: 'destructive',
  timeout: '12h',
  grace: '30s',
  needs: ['backups'],
  params: z.strictObject({ set: declared('set', 'files') }),
  result: z.object({
    places: z.array(
      z.object({ destination: z.string(), kept: z.number(), removed: z.number(), reason: z.string().optional() }),
    ),
  }),
  steps: { prune: { title: 'Drop them and their data', kind: 'once' } },
  question: ({ set }) => `Drop the backups of ${set} that are not kept any more?`,

  async plan({ params, tools }) {
    const set = tools.backups.set(params.set);
    return { facts: setFacts(set, await tools.backups.known()), binds: JSON.stringify(set.destinations) };
  },

  async before() {
    return {};
  },

  async run({ params, tools, step, signal }) {
    return { places: await step('prune', () => tools.backups.prune(params.set, signal)) };
  },

  async verify({ params }) {
    return {
      verdict: 'needs human',
      because: `Backups of ${params.set} may have been dropped and their data not yet. The repository is sound all the same. Ask again, then /backup_check`,
    };
  },

  report({ params: { set }, result: { places }, tookMs }) {
    const failed = places.filter(({ reason }) => reason !== undefined);
    const removed = places.reduce((sum, place) => sum + place.removed, 0);
    return {
      tone: failed.length > 0 ? 'bad' : 'ok',
      title: clip(
        failed.length > 0
          ? `${failed.map(({ destination }) => destination).join(', ')} of ${set} could not be pruned`
          : `${count(removed, 'backup')} of ${set} dropped in ${formatDuration(tookMs)}`,
        300,
      ),
      facts: places.map((place) => ({
        label: clip(place.destination, 64),
        value: clip(place.reason ?? `${place.removed} dropped, ${place.kept} kept`, 400),
        tone: place.reason === undefined ? 'ok' : 'bad',
      })),
    };
  },
});
