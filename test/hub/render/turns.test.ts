import { describe, expect, test } from 'vitest';
import { withAftermath } from '#src/hub/render/aftermath.ts';
import { jobScreen } from '#src/hub/render/job.ts';
import { questionScreen } from '#src/hub/render/question.ts';
import type { Confirm, Job, Post, Said } from '#src/ledger/records.ts';
import { jobId } from '#src/wire/ids.ts';
import { sampleConfirm, samplePost, T0 } from '../../ledger/samples.ts';
import { endedJob, OPERATORS, sampleView, webJob } from '../samples.ts';

const ID = jobId('question', 'alpha');
const DIGEST = 'a'.repeat(64);
const ASKS = { proof: 'hub' as const, approvers: 1, selfApproval: false, reason: true };
const PLAN = webJob({ kind: 'plan', state: 'ended', plan: { facts: [], digest: DIGEST }, asks: ASKS });
const [ADA, BEN] = [OPERATORS[0], OPERATORS[1]].map((one) => ({ id: one?.id ?? 0, name: one?.name ?? '' }));
const yesOf = (operator = ADA) => ({ operator: operator ?? { id: 0, name: '' }, plan: DIGEST, at: T0 });
const STEPS = ['This will run:', '1. Restart it', '2. Wait until it is healthy'];

function said(more: Partial<Said> = {}): Said {
  return { turn: 1, yesAt: T0, wrong: 0, typed: [], approvals: [], copies: [], ...more };
}

function screen(confirm: Partial<Confirm>, post: Partial<Post> = {}, plan: Job = PLAN) {
  const asked = sampleConfirm({ id: ID, ...confirm });
  return questionScreen(samplePost({ chat: 7, ...post }), asked, plan, sampleView({ now: T0 + 60_000 }));
}

const lines = (shown: ReturnType<typeof screen>) => shown.html.split('\n').slice(1);
const labels = (shown: ReturnType<typeof screen>) => shown.keyboard.flat().map(({ text }) => text);

describe('a question that takes more than a yes shows', () => {
  test('what it will take', () => {
    const shown = screen({});
    expect(lines(shown)).toEqual([
      ...STEPS,
      'It takes a reason, which is typed next.',
      'It takes the yes of Ben as well.',
      'Ada has 1 min to answer.',
    ]);
    expect(labels(shown)).toEqual(['Restart web', 'Cancel']);
  });

  test('that a reason is waited for; in a group it is asked for with an answer forced', () => {
    const shown = screen({ said: said() });
    expect(lines(shown)).toEqual([...STEPS, 'Ada, type the reason. There is 1 min left.']);
    expect(labels(shown)).toEqual(['Cancel']);
    expect(shown.alarms).toBeUndefined();
    expect(screen({ said: said() }, { chat: -100 }).alarms).toEqual([
      { key: 'reason', html: 'Ada, type the reason as an answer to this.', force: true },
    ]);
  });

  test('the reason as quiet words, who said yes, when, and who is missing', () => {
    const shown = screen({ said: said({ reason: '<b> /wipe', approvals: [yesOf()] }), expiresAt: T0 + 900_000 });
    expect(lines(shown)).toEqual([
      ...STEPS,
      'Reason: &lt;b&gt; /\u2060wipe',
      '✅ Ada asked, and said yes at 14:13:20',
      '⏳ Still missing: Ben. There is 14 min left.',
    ]);
    expect(labels(shown)).toEqual(['Cancel']);
    expect(shown.dueAt).toBe(T0 + 900_000);
  });

  const waiting = { said: said({ reason: 'x', approvals: [yesOf()], copies: ['p2'] }), expiresAt: T0 + 900_000 };
  test('others can approve or decline it in their own chats, and in a group', () => {
    expect(labels(screen(waiting, { id: 'p2', chat: 8 }))).toEqual(['Approve', 'Decline']);
    expect(labels(screen(waiting, { chat: -100 }))).toEqual(['Approve', 'Cancel']);
  });

  test('in every chat that it is ordered, declined, or over', () => {
    const copy = { id: 'p2', chat: 8 };
    const both = said({ reason: 'x', approvals: [yesOf(), yesOf(BEN)] });
    const ordered = screen({ state: 'yes', said: both }, copy);
    expect(lines(ordered).slice(-3)).toEqual([
      '✅ Ada asked, and said yes at 14:13:20',
      '✅ Ben said yes at 14:13:20',
      'Ada has been told how it goes on; see /jobs',
    ]);
    expect(ordered).toMatchObject({ keyboard: [], final: true });
    const ended = { operator: BEN ?? { id: 0, name: '' }, at: T0 };
    expect(screen({ state: 'no', said: said({ ended }) }).html).toBe(
      'Restart web on alpha, which Ada asked for: declined by Ben at 14:13:20. Nothing was done.',
    );
    const over = screen({ ...waiting, expiresAt: T0 + 1 }, copy);
    expect(over).toMatchObject({ keyboard: [], final: true });
  });

  test('the name that has to be typed, and how often it was another', () => {
    const plan = webJob({ ...PLAN, operation: 'prune', input: {}, asks: undefined });
    const shown = screen({ operation: 'prune', input: {}, said: said({ wrong: 2 }) }, {}, plan);
    expect(lines(shown).at(-1)).toBe(
      'Ada, type <code>alpha</code> to go on. 2 of 3 tries were wrong. There is 1 min left.',
    );
  });
});

describe('a job in doubt', () => {
  const doubt = endedJob({ tone: 'bad', title: 'Look.' }, { verdict: 'needs human' });
  const drawn = (job: Job, post: Partial<Post> = {}, now = T0 + 60_000) => {
    const view = sampleView({ now });
    return withAftermath(jobScreen(job, view), job, samplePost(post), view);
  };

  test.each<[string, Job, number, boolean]>([
    ['that needs a person', doubt, T0, true],
    ['that was found to be applied', { ...doubt, verdict: 'verified applied' }, T0, true],
    ['that is done', endedJob(), T0, false],
    ['that failed', endedJob({}, { verdict: 'failed' }), T0, false],
    ['that goes on', webJob({ state: 'accepted', acceptedAt: T0 }), T0, false],
    ['that never answered', webJob(), T0 + 121_000, true],
  ])('%s has buttons or not', (_, job, now, has) => {
    const shown = drawn(job, {}, now).keyboard.flat();
    expect(shown.some(({ text }) => text === 'Resolved')).toBe(has);
  });

  test('says what was found later and who settled it, and then has no buttons', () => {
    const found = { verdict: 'verified applied' as const, because: 'It runs.', at: T0 };
    const shown = drawn({ ...doubt, found }, { resolved: { operator: { id: 8, name: 'Ben' }, at: T0 } });
    expect(shown.html.split('\n').slice(-2)).toEqual([
      '🔎 Looked again at 14:13:20: verified applied. It runs.',
      '☑️ Resolved by Ben at 14:13:20',
    ]);
    expect(shown.keyboard).toEqual([]);
  });
});
