import type { Story } from '#src/ledger/records.ts';
import { fanoutScreen } from './fanout.ts';
import { ours } from './html.ts';
import { jobScreen } from './job.ts';
import { questionScreen } from './question.ts';
import type { Screen } from './screen.ts';
import { still } from './screen.ts';
import type { View } from './view.ts';

/** The one place that turns a post's whole state into what its message shows; a pure function of both. */
export function storyScreen({ post, jobs, confirm }: Story, view: View): Screen {
  const runs = jobs.filter(({ kind }) => kind === 'run');
  const [first, second] = runs;
  if (first && second) return fanoutScreen(runs, view);
  if (first) return jobScreen(first, view);
  if (confirm)
    return questionScreen(
      post,
      confirm,
      jobs.find(({ kind }) => kind === 'plan'),
      view,
    );
  return still(ours('There is nothing to tell here.'));
}
