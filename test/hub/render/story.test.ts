import { describe, expect, test } from 'vitest';
import { fanoutScreen } from '#src/hub/render/fanout.ts';
import { jobScreen } from '#src/hub/render/job.ts';
import { questionScreen } from '#src/hub/render/question.ts';
import { storyScreen } from '#src/hub/render/story.ts';
import { sampleConfirm, samplePost } from '../../ledger/samples.ts';
import { endedJob, sampleView, webJob } from '../samples.ts';

const view = sampleView();
const post = samplePost();
const plan = webJob({ kind: 'plan', state: 'ended', plan: { facts: [], digest: 'a'.repeat(64) } });
const confirm = sampleConfirm({ id: plan.id });

describe('a story is shown as', () => {
  test('one job', () => {
    const job = endedJob();
    expect(storyScreen({ post, jobs: [job], confirm: undefined }, view)).toEqual(jobScreen(job, view));
  });

  test('many jobs in one message', () => {
    const jobs = [endedJob(), endedJob({}, { node: 'beta' })];
    expect(storyScreen({ post, jobs, confirm: undefined }, view)).toEqual(fanoutScreen(jobs, view));
  });

  test('a question, with its plan or without', () => {
    expect(storyScreen({ post, jobs: [plan], confirm }, view)).toEqual(questionScreen(post, confirm, plan, view));
    expect(storyScreen({ post, jobs: [], confirm }, view)).toEqual(questionScreen(post, confirm, undefined, view));
  });

  test('the job that a yes became, not the plan before it', () => {
    const run = webJob({ state: 'accepted' });
    const answered = { ...confirm, state: 'yes' as const, jobs: [run.id] };
    expect(storyScreen({ post, jobs: [plan, run], confirm: answered }, view)).toEqual(jobScreen(run, view));
  });

  test('nothing when there is nothing', () => {
    expect(storyScreen({ post, jobs: [], confirm: undefined }, view)).toEqual({
      html: 'There is nothing to tell here.',
      keyboard: [],
      final: true,
    });
  });
});

test('the same story at the same moment is the same screen, and stays as it was given', () => {
  const story = Object.freeze({ post, jobs: Object.freeze([plan]) as unknown as [typeof plan], confirm });
  expect(storyScreen(story, view)).toEqual(storyScreen(story, view));
});
