import { z } from 'zod';
import { formatDuration } from '#src/kit/duration.ts';
import { clip } from '#src/kit/text.ts';
import { defineOperation } from '#src/operation/define.ts';
import { declared, whole } from '#src/operation/params.ts';

/** Row B3: whether the repositories of a set are sound, and part or all of the data in them is what it was. */
export default defineOperation({
  name: 'backup_check',
  says: 'Check the backups of',
  version: 1,
  summary: 'Check the repositories of a set, and read part of the data',
  role: 'operator',
  risk: 'read',
  timeout: '12h',
  grace: '30s',
  needs: ['backups'],
  params: z.strictObject({
    set: declared('set', 'files'),
    percent: whole(0, 100, 100).default(5).describe('how much of the data is read; 100 proves all of it'),
  }),
  result: z.object({ places: z.array(z.object({ destination: z.string(), reason: z.string().optional() })) }),
  steps: { check: { title: 'Check each repository', kind: 'read' } },

  async run({ params: { set, percent }, tools, step, signal }) {
    return { places: await step('check', () => tools.backups.check(set, percent, signal)) };
  },

  report({ params: { set, percent }, result: { places }, tookMs }) {
    const bad = places.filter(({ reason }) => reason !== undefined);
    const read = percent === 0 ? 'structure only' : `${percent} % of the data read`;
    return {
      tone: bad.length > 0 ? 'bad' : 'ok',
      title: clip(
        bad.length > 0
          ? `${bad.map(({ destination }) => destination).join(', ')} of ${set} did not pass`
          : `the repositories of ${set} are sound: ${read} in ${formatDuration(tookMs)}`,
        300,
      ),
      facts: places.map(({ destination, reason }) => ({
        label: clip(destination, 64),
        value: clip(reason ?? `sound, ${read}`, 400),
        tone: reason === undefined ? 'ok' : 'bad',
      })),
    };
  },
});
