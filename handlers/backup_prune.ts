import { z } from 'zod';
import { formatDuration } from '#src/kit/duration.ts';
import { clip, count } from '#src/kit/text.ts';
import { goingText, setFacts } from '#src/knowledge/backups.ts';
import type { Follow, PrunePlan } from '#src/operation/backups.ts';
import { defineOperation } from '#src/operation/define.ts';
import { declared } from '#src/operation/params.ts';
import type { Fact } from '#src/operation/reply.ts';

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

  async plan({ params, tools, signal }) {
    const set = tools.backups.set(params.set);
    const { keep, places } = await tools.backups.planPrune(params.set, signal);
    return {
      facts: [...setFacts(set, await tools.backups.known()), keepFact(keep), ...places.slice(0, 10).map(goFact)],
      binds: { destinations: set.destinations, keep },
    };
  },

  async before() {
    return {};
  },

  async run({ params, tools, step, note, signal }) {
    const follow: Follow = (going) => note(goingText(going));
    return { places: await step('prune', () => tools.backups.prune(params.set, signal, follow)) };
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
    const dropped = removed > 0 ? `${count(removed, 'backup')} of ${set} dropped, but ` : '';
    return {
      tone: failed.length > 0 ? 'bad' : 'ok',
      title: clip(
        failed.length > 0
          ? `${dropped}${failed.map(({ destination }) => destination).join(', ')}${dropped ? '' : ` of ${set}`} could not be pruned`
          : `${count(removed, 'backup')} of ${set} dropped in ${formatDuration(tookMs)}`,
        300,
      ),
      facts: places.map((place) => ({
        label: clip(place.destination, 64),
        value: clip(
          place.reason === undefined
            ? `${place.removed} dropped, ${place.kept} kept`
            : place.removed > 0
              ? `${place.removed} dropped, and their data is still there: ${place.reason}`
              : place.reason,
          400,
        ),
        tone: place.reason === undefined ? 'ok' : 'bad',
      })),
    };
  },
});

function keepFact(keep: PrunePlan['keep']): Fact {
  const each = Object.entries(keep).flatMap(([age, n]) => (n ? [`${age} ${n}`] : []));
  return { label: 'Keeps', value: each.join(', ') };
}

function goFact({ destination, kept, removed, reason }: PrunePlan['places'][number]): Fact {
  if (reason !== undefined)
    return { label: clip(destination, 64), value: clip(`how many go is not known: ${reason}`, 400), tone: 'warn' };
  return { label: clip(destination, 64), value: `${removed} go, ${kept} stay`, tone: removed > 0 ? 'warn' : 'ok' };
}
