import type { Logger } from 'pino';
import type { HubLedger } from '#src/ledger/port.ts';
import type { Job, Post, Story } from '#src/ledger/records.ts';
import { cutShort } from '../campaigns/lost.ts';

/** Looks at the ledger come at least this far apart, in ms. */
const LOOK_MS = 5_000;
const MOST = 200;

/** Remembers what the chat shows as unfinished, and brings it back when the ledger has lost it. Nothing depends on it but a ledger that was flushed or restored. */
export interface Rescue {
  /** What the chat shows now; a post that is final is forgotten. */
  keep(post: Post, story: Story, final: boolean): void;
  /** Writes posts that are gone from the ledger anew, and asks the nodes what became of their jobs. */
  check(): Promise<void>;
}

/** The memory of one hub process; `chase` asks a node about a job, which can never start afterwards if it has not. */
export function createRescue(deps: {
  ledger: HubLedger;
  chase: (job: Job) => Promise<void>;
  now: () => number;
  log: Logger;
}): Rescue {
  const { ledger, chase, now, log } = deps;
  const shown = new Map<string, Story>();
  let lookedAt = 0;

  const bringBack = async (story: Story): Promise<void> => {
    const { post, jobs, confirm, campaign } = story;
    log.warn({ post: post.id }, 'the ledger has lost this post; it is written anew');
    const again: Post = { ...post, revision: post.revision + 1, told: post.revision, calmUntil: 0, notBefore: 0 };
    // The intent is lost with the post, and of two hubs only one writes it anew.
    // A question in another chat belongs to the post that asks it, and comes back with that one.
    const own =
      confirm?.post === undefined || confirm.post === post.id
        ? { jobs, confirm, ...(campaign ? cutShort(campaign, confirm, now()) : {}) }
        : { jobs: [], confirm: undefined };
    await ledger.ask({ intent: `rescue ${post.id}`, post: again, ...own, orders: [], audit: [] });
    for (const job of jobs.filter(({ state }) => state !== 'ended')) await chase(job);
  };

  return {
    keep(post, story, final) {
      shown.delete(post.id);
      if (final || story.alert) return;
      shown.set(post.id, { ...story, post });
      for (const id of [...shown.keys()].slice(0, Math.max(0, shown.size - MOST))) shown.delete(id);
    },
    async check() {
      if (shown.size === 0 || now() - lookedAt < LOOK_MS) return;
      lookedAt = now();
      for (const [id, story] of shown) if (!(await ledger.story(id))) await bringBack(story);
    },
  };
}
