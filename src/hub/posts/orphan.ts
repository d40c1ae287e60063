import type { Job, Post } from '#src/ledger/records.ts';
import { jobId } from '#src/wire/ids.ts';
import type { HubConfig } from '../config.ts';
import { placeOf } from '../questions/ask.ts';
import type { JobSaying } from './hear.ts';

/** A verdict on a job that the ledger has lost, with a message of its own; undefined when it does not say where it was asked, or nobody may ask there. */
export function orphanOf(
  saying: JobSaying,
  { node, config, now }: { node: string; config: HubConfig; now: number },
): { job: Job; post: Post } | undefined {
  if (saying.kind !== 'verdict' || !saying.asked?.place) return undefined;
  const { operation, input, operator: by, place } = saying.asked;
  const operator = config.operators.find(({ id }) => id === by);
  if (!operator || (place.chat !== operator.id && !config.chats.includes(place.chat))) return undefined;
  const id = jobId(`orphan ${saying.job}`, node);
  const post: Post = {
    ...{ id, ...placeOf(place), jobs: [saying.job], revision: 1, told: 0, notBefore: 0, calmUntil: 0, extras: [] },
    createdAt: now,
  };
  const job: Job = {
    ...{ id: saying.job, post: id, kind: 'run', node, operation, input, steps: [], state: 'queued' },
    ...{ operator: { id: operator.id, name: operator.name }, askedAt: now, expiresAt: now },
  };
  return { job, post };
}
