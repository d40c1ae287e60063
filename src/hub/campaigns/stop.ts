import { Problem } from '#src/kit/problem.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { Operator } from '../config.ts';

/** So many others may write a turn first. */
const MAX_TRIES = 5;

/** Notes that nobody else is to be asked; whoever is at it finishes. Answers with the words for the person, or undefined when the campaign of this post is over, or there is none. Throws Problem `cancel`. */
export async function stopCampaign(
  { ledger, now }: { ledger: Pick<HubLedger, 'story' | 'advance'>; now: () => number },
  post: string,
  { id, name }: Operator,
  chat: number,
): Promise<string | undefined> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const story = await ledger.story(post);
    const campaign = story?.campaign;
    if (!campaign || campaign.stage === 'over') return undefined;
    if (campaign.stopped) return STOPS;
    const operator = { id, name };
    const { kind: operation, input, turn } = campaign;
    const taken = await ledger.advance({
      campaign: { ...campaign, turn: turn + 1, stopped: { operator, at: now() } },
      ...{ jobs: [], orders: [], dueAt: story.post.dueAt },
      audit: [{ at: now(), operator, chat, operation, input, decision: 'cancel asked' }],
    });
    if (taken) return STOPS;
  }
  throw new Problem('cancel', 'It went on at the same moment. Try again.');
}

const STOPS = 'No other node is asked. The one that is at it now finishes; the message says how it stands then.';
