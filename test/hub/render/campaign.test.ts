import { describe, expect, test } from 'vitest';
import { storyScreen } from '#src/hub/render/story.ts';
import type { Campaign } from '#src/ledger/campaign.ts';
import type { Confirm, Job } from '#src/ledger/records.ts';
import { jobId } from '#src/wire/ids.ts';
import { ADA, sampleCampaign, sampleConfirm, sampleJob, samplePost, T0 } from '../../ledger/samples.ts';
import { sampleReply, sampleView } from '../samples.ts';

const ID = jobId('question', 'alpha');
const BAD = '<b>open</b> /restart alpha web @ada t.me/x';
const NODES = ['alpha', 'beta'];
const JOBS = NODES.map((node) => jobId('one', node));

function screen(campaign: Partial<Campaign>, jobs: Job[] = [], confirm: Partial<Confirm> = {}, post = {}) {
  const offers = NODES.map((node) => ({ node, input: { vault: 'main' }, plan: `plan ${node}` }));
  const said = {
    turn: 1,
    wrong: 0,
    typed: [],
    copies: [],
    approvals: [{ operator: ADA, plan: 'a'.repeat(64), at: T0 }],
  };
  return storyScreen(
    {
      post: samplePost({ campaign: 'g1', confirm: ID, ...post }),
      jobs,
      confirm: sampleConfirm({ id: ID, state: 'yes', said, ...confirm }),
      campaign: sampleCampaign({
        offers,
        left: [],
        asked: NODES.map((node, i) => ({ node, job: JOBS[i] ?? '' })),
        ...campaign,
      }),
    },
    sampleView(),
  );
}

const ended = (node: string, title: string, more: Partial<Job> = {}) =>
  sampleJob({ id: jobId('one', node), node, state: 'ended', verdict: 'done', reply: sampleReply({ title }), ...more });
const running = sampleJob({
  ...{ id: JOBS[1] ?? '', node: 'beta', state: 'accepted', acceptedAt: T0 + 50_000 },
  steps: [{ title: 'Give the share', state: 'running' }],
});

describe('a campaign', () => {
  test('shows who said yes, what each node has said, and who is still to come', () => {
    const shown = screen({ offers: [...NODES, 'gamma'].map((node) => ({ node, input: {}, plan: node })) }, [
      ended('alpha', 'main has 1 of 3 shares'),
      running,
    ]);
    expect(shown?.html.split('\n')).toEqual([
      '⏳ <b>Opening main</b>',
      '👤 Ada asked, and said yes at 14:13:20',
      '✅ <b>alpha</b> · main has 1 of 3 shares',
      '⏳ <b>beta</b> · Give the share',
      '▫️ gamma',
      '<i>Ada · 1 min</i>',
    ]);
    expect(shown).toMatchObject({ final: false, keyboard: [[{ text: 'Cancel', callback_data: `c:${JOBS[1]}` }]] });
    expect(shown?.dueAt).toBeGreaterThan(T0 + 60_000);
  });

  test('shows nothing of what nodes say as a command, a mention, a link or markup', () => {
    const left = [{ node: 'gamma', because: BAD }];
    const ending = { tone: 'bad' as const, title: BAD, next: 'Begin anew: /unseal main', at: T0 + 30_000 };
    const shown = screen({ stage: 'over', left, ending }, [ended('alpha', BAD), ended('beta', BAD)]);
    expect(shown?.html).not.toMatch(/<b>open|\/restart|@ada|t\.me\/x/);
    expect(shown?.html).toContain('Begin anew: /unseal main');
    expect(shown).toMatchObject({ final: true, keyboard: [[{ text: 'Ask again', callback_data: `a:${ID}` }]] });
    expect(shown?.ring).toBeDefined();
  });

  test('says of a node that nobody hears of, or whose word was lost, that it is so', () => {
    const silent = sampleJob({ id: JOBS[0] ?? '', expiresAt: T0 + 10_000 });
    const lines = screen({}, [silent])?.html.split('\n');
    expect(lines?.[2]).toBe('❔ <b>alpha</b> · No word from alpha; it cannot start any more after 14:13:30.');
    expect(lines?.[3]).toBe('❔ <b>beta</b> · what it said was lost');
  });

  test('asks its nodes first, and says so', () => {
    const plan = sampleJob({ id: 'plan alpha', kind: 'plan', expiresAt: T0 + 5_000 });
    expect(screen({ stage: 'planning', asked: [] }, [plan], { state: 'open' })).toMatchObject({
      html: '⏳ Asking alpha, beta what they would do…',
      final: false,
      dueAt: T0 + 5_000,
    });
  });

  test('is over in the chat of somebody else as soon as it is ordered', () => {
    const digest = 'b'.repeat(64);
    const plans = NODES.map((node) =>
      sampleJob({ id: `plan ${node}`, kind: 'plan', node, state: 'ended', plan: { facts: [], digest } }),
    );
    const shown = screen({}, plans, {}, { id: 'p2' });
    expect(shown?.html).toMatch(/^☑️ <b>Open main with the shares of these nodes\?<\/b>/);
    expect(shown).toMatchObject({ final: true, keyboard: [] });
  });
});
