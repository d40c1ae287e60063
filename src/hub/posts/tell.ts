import type { Logger } from 'pino';
import type { HubLedger } from '#src/ledger/port.ts';
import type { Job, Post, Story } from '#src/ledger/records.ts';
import type { Told } from '#src/ledger/writes.ts';
import { jobId } from '#src/wire/ids.ts';
import { firstChildId } from '../campaigns/children.ts';
import { yesIntent } from '../questions/start.ts';
import type { Screen } from '../render/screen.ts';
import { storyScreen } from '../render/story.ts';
import type { View } from '../render/view.ts';
import type { Shown } from '../telegram/show.ts';
import type { Rescue } from './rescue.ts';

/** How long one telling may take before another may try, in ms. */
const LEASE_MS = 30_000;
/** Edits of one message come at least this far apart, in ms, except the last one. */
const CALM_MS = 3_000;

/** Brings one post up to date in the chat, under its lease. */
export function createTell(deps: {
  /** This hub process among others. */
  by: string;
  ledger: HubLedger;
  show: (post: Post, screen: Screen) => Promise<Shown>;
  view: () => View;
  /** Asks a node what became of a job that it should have begun by now. */
  chase: (job: Pick<Job, 'id' | 'node'>) => Promise<void>;
  /** Hears what the chat shows now. */
  keep: Rescue['keep'];
  log: Logger;
}) {
  const { by, ledger, show, view, chase, keep, log } = deps;
  return async (id: string): Promise<void> => {
    const now = view().now;
    const story = await ledger.lease(id, { by, now, until: now + LEASE_MS });
    if (!story) return;
    const screen = storyScreen(story, view());
    if (!screen) return await ledger.told({ post: id, by, revision: story.post.revision });
    const shown = await show(story.post, screen);
    for (const job of [...story.jobs.filter((each) => isOverdue(each, now)), ...unsaid(story, now)]) await chase(job);
    if (shown.message !== undefined) keep({ ...story.post, message: shown.message }, story, screen.final);
    if (shown.trouble) log.warn({ post: id, chat: story.post.chat, trouble: shown.trouble }, 'not told');
    await ledger.told({ post: id, by, ...outcomeOf(story.post, screen, shown, view().now) });
  };
}

function outcomeOf(
  post: Post,
  screen: Screen,
  { message, extras, trouble }: Shown,
  now: number,
): Omit<Told, 'post' | 'by'> {
  if (trouble?.kind === 'later')
    return { message, extras, notBefore: now + patienceOf(post, trouble.ms, now), dueAt: screen.dueAt };
  const calmUntil = screen.final ? 0 : now + CALM_MS;
  // What can never be told counts as told: the ledger and /job keep it.
  return { revision: post.revision, message, extras, calmUntil, dueAt: screen.dueAt };
}

/** A run that should have begun but of which nothing was heard; the post falls due once for it. */
function isOverdue({ kind, state, expiresAt }: Job, now: number): boolean {
  return kind === 'run' && state === 'queued' && now > expiresAt;
}

/** What a yes would have become of a question that nobody answered: a ledger restored from an old dump has forgotten the yes, but the node has not. */
function unsaid({ confirm, campaign }: Story, now: number): Pick<Job, 'id' | 'node'>[] {
  if (confirm?.state !== 'open' || now < confirm.expiresAt) return [];
  const idOn = (node: string) => (campaign ? firstChildId(campaign, node) : jobId(yesIntent(confirm), node));
  return confirm.nodes.map((node) => ({ node, id: idOn(node) }));
}

/** A first message whose answer is lost may have been shown: each try waits as long as the post is old, so that twins stay few. */
function patienceOf(post: Post, ms: number, now: number): number {
  return post.message === undefined ? Math.min(600_000, Math.max(ms, now - post.createdAt)) : ms;
}
