import { formatDuration } from '#src/kit/duration.ts';
import type { Confirm, Story } from '#src/ledger/records.ts';
import { childrenOf, dueOf } from '../campaigns/children.ts';
import type { CampaignStory, Child } from '../campaigns/kind.ts';
import { KINDS } from '../campaigns/kinds.ts';
import { questionOf } from '../questions/needs.ts';
import { button } from '../telegram/buttons.ts';
import { bannerLines } from './banner.ts';
import type { Html } from './html.ts';
import { bold, italic, line, ours, theirs } from './html.ts';
import { silence } from './job.ts';
import { TONE_MARK } from './marks.ts';
import { leftLines } from './plans.ts';
import { plannedScreen } from './question.ts';
import { replyButtons } from './reply.ts';
import { rowsOf } from './rows.ts';
import type { Screen } from './screen.ts';
import { fitParts, still } from './screen.ts';
import { clock } from './time.ts';
import type { View } from './view.ts';

/** Work that took longer than this ends with a message of its own, in ms. */
const RING_AFTER_MS = 20_000;

/** Work of several nodes as its message shows it: the question, then who has said and done what, verdict first when it ends. */
export function campaignScreen(story: CampaignStory, view: View): Screen {
  const { post, campaign, confirm } = story;
  const isCopy = post.id !== campaign.post;
  if (campaign.ending && !isCopy) return endedScreen(story, view);
  if (!confirm) return still(ours(`What /${campaign.kind} asked was lost with the ledger. Ask again.`));
  if (confirm.state === 'yes' && !isCopy) return runningScreen(story, confirm, view);
  const question = questionOf(story, view.cards, view.operators);
  if (question) return plannedScreen(post, question, view);
  if (campaign.stage === 'planning' && confirm.state === 'open') return planningScreen(story);
  return still(ours(`${confirm.operator.name} has ended this before it began. Nothing was done.`));
}

function planningScreen({ campaign, jobs }: CampaignStory): Screen {
  const nodes = [...new Set(campaign.offers.map(({ node }) => node))].join(', ');
  const html = line(ours('⏳'), ours(`Asking ${nodes} what they would do…`));
  return { html, keyboard: [], final: false, dueAt: Math.max(...jobs.map(({ expiresAt }) => expiresAt)) };
}

function runningScreen(story: CampaignStory, confirm: Confirm, view: View): Screen {
  const { campaign, jobs } = story;
  const children = childrenOf(campaign, jobs, view);
  const title = KINDS.get(campaign.kind)?.title(campaign, children) ?? campaign.kind;
  const stopped = campaign.stopped && ours(`${campaign.stopped.operator.name} has stopped it: nobody else is asked.`);
  const asked = new Set(children.map(({ node }) => node));
  const toCome = [...new Set(campaign.offers.map(({ node }) => node))].filter((node) => !asked.has(node));
  const last = children.findLast(({ job }) => job !== undefined)?.job;
  return {
    ...fitParts([
      line(ours('⏳'), bold(theirs(title))),
      ...yesLines(confirm, view),
      ...children.map((child) => childLine(child, view)),
      ...(stopped ? [stopped] : toCome.map((node) => line(ours('▫️'), ours(node)))),
      ...tailOf(story, view),
    ]),
    keyboard: last && !stopped ? [[button('Cancel', { act: 'cancel', job: last.id })]] : [],
    final: false,
    dueAt: dueOf(children, view),
  };
}

function endedScreen(story: CampaignStory, view: View): Screen {
  const { campaign, confirm, jobs } = story;
  const { ending, createdAt } = campaign;
  if (!ending) return still(ours(campaign.kind));
  const children = childrenOf(campaign, jobs, view);
  const heading = line(ours(TONE_MARK[ending.tone]), bold(theirs(ending.title)));
  const buttons = children.findLast(({ job }) => job?.reply?.buttons.length)?.job;
  const again = confirm && ending.tone !== 'ok' ? [button('Ask again', { act: 'again', confirm: confirm.id })] : [];
  const keyboard = rowsOf([...(buttons ? replyButtons(buttons) : []), ...again]);
  return {
    ...fitParts([
      heading,
      ...(ending.next === undefined ? [] : [ours(ending.next)]),
      ...(confirm ? yesLines(confirm, view) : []),
      ...children.map((child) => childLine(child, view)),
      ...tailOf(story, view),
    ]),
    keyboard,
    final: true,
    dueAt: dueOf(children, view),
    ring: ending.at - createdAt > RING_AFTER_MS ? heading : undefined,
  };
}

/** Who said yes, and when. */
function yesLines({ operator, said }: Confirm, view: View): Html[] {
  return (said?.approvals ?? []).map(({ operator: { id, name }, at }) =>
    ours(`👤 ${name} ${id === operator.id ? 'asked, and said' : 'said'} yes at ${clock(at, view.zone)}`),
  );
}

/** What one node has said. */
function childLine({ node, job }: Child, view: View): Html {
  const name = bold(ours(node));
  if (!job) return line(ours('❔'), name, ours('· what it said was lost'));
  if (job.state === 'ended')
    return line(
      ours(TONE_MARK[job.reply?.tone ?? 'warn']),
      name,
      ours('·'),
      theirs(job.reply?.title ?? `${job.verdict}`),
    );
  const quiet = silence(job, view);
  if (quiet) return line(ours('❔'), name, ours('·'), quiet);
  const step = job.steps.find(({ state }) => state === 'running')?.title;
  return line(ours('⏳'), name, step === undefined ? undefined : line(ours('·'), theirs(step)));
}

function tailOf({ campaign, confirm, post }: Story & CampaignStory, view: View): Html[] {
  const reason = confirm?.said?.reason ?? confirm?.reason;
  const took = formatDuration((campaign.ending?.at ?? view.now) - post.createdAt);
  return [
    ...leftLines(campaign),
    ...(reason === undefined ? [] : [line(ours('Reason:'), theirs(reason))]),
    ...bannerLines(view),
    italic(ours(`${campaign.operator.name} · ${took}`)),
  ];
}
