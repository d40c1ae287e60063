import type { Story } from '#src/ledger/records.ts';
import { withAftermath } from './aftermath.ts';
import { alertScreen } from './alert.ts';
import { campaignScreen } from './campaign.ts';
import { fanoutScreen } from './fanout.ts';
import { ours } from './html.ts';
import { jobScreen } from './job.ts';
import { questionScreen } from './question.ts';
import type { Screen } from './screen.ts';
import { still } from './screen.ts';
import type { View } from './view.ts';

/** The one place that turns a post's whole state into what its message shows, a pure function of both; undefined when there is nothing to tell. */
export function storyScreen(story: Story, view: View): Screen | undefined {
  const { post, jobs, confirm, campaign, alert, handling } = story;
  if (alert) return alertScreen(post, alert, handling, view);
  if (campaign) return campaignScreen({ ...story, campaign }, view);
  const runs = jobs.filter(({ kind }) => kind === 'run');
  const [first, second] = runs;
  if (first && second) return fanoutScreen(runs, view);
  if (first) return withAftermath(jobScreen(first, view), first, post, view);
  if (confirm)
    return questionScreen(
      post,
      confirm,
      jobs.find(({ kind }) => kind === 'plan'),
      view,
    );
  return still(ours('There is nothing to tell here.'));
}
