import type { HubLedger } from '#src/ledger/port.ts';
import type { Job } from '#src/ledger/records.ts';
import { jobId } from '#src/wire/ids.ts';
import { yesIntent } from '../questions/start.ts';
import type { JobSaying } from './hear.ts';

/** Puts a yes back that an old dump of the ledger has forgotten, when its node says what became of it: then the message of the question tells it, and not that nothing was done. Answers whether it did. */
export async function putYesBack(
  saying: JobSaying,
  { node, ledger, now }: { node: string; ledger: HubLedger; now: number },
): Promise<boolean> {
  if (saying.kind !== 'verdict' || saying.asked?.confirm === undefined) return false;
  const { confirm: id, operator } = saying.asked;
  const { post, confirm } = (await ledger.question(id)) ?? {};
  if (!confirm || post?.message === undefined || saying.job !== jobId(yesIntent(confirm), node)) return false;
  const { operation, input, nodes, expiresAt } = confirm;
  if (!nodes.includes(node)) return false;
  const job: Job = {
    ...{ id: saying.job, post: post.id, kind: 'run', node, operation, input, steps: [], state: 'queued' },
    ...{ operator: confirm.operator, askedAt: now, expiresAt: now },
  };
  const pressed = await ledger.press({
    ...{ confirm: id, answer: 'yes', operator, chat: post.chat, message: post.message },
    // It was said in time, or the node would not have had it.
    now: Math.min(now, expiresAt - 1),
    ...{ jobs: [job], orders: [], audit: [] },
  });
  return pressed === 'taken';
}
