import { describe, expect, test } from 'vitest';
import type { JobSaying } from '#src/hub/posts/hear.ts';
import { hear } from '#src/hub/posts/hear.ts';
import type { Job } from '#src/ledger/records.ts';
import { T0 } from '../../ledger/samples.ts';
import { sampleReply, webJob } from '../samples.ts';

const NOW = T0 + 9_000;
const job = 'j1';
const STEPS = [{ title: 'Restart it', state: 'running' as const }];
const PLAN = { facts: [], digest: 'a'.repeat(64) };
const ASKS = { proof: 'hub' as const, approvers: 1, selfApproval: false, reason: true, by: [7] };
const REPLY = sampleReply();

const SAYINGS: JobSaying[] = [
  { kind: 'accepted', job },
  { kind: 'progress', job, steps: STEPS, note: 'pid 1' },
  { kind: 'unknown', job, because: 'interrupted' },
  { kind: 'planned', job, plan: PLAN },
  { kind: 'verdict', job, verdict: 'done', reply: REPLY, tookMs: 5 },
];

describe('a job after its node has spoken', () => {
  test.each<[string, Partial<Job>, JobSaying, Partial<Job>]>([
    ['is accepted', {}, { kind: 'accepted', job }, { state: 'accepted', acceptedAt: NOW }],
    [
      'shows how it goes on',
      { state: 'accepted', acceptedAt: T0 },
      { kind: 'progress', job, steps: STEPS, note: 'pid 1' },
      { state: 'accepted', acceptedAt: T0, steps: STEPS, note: 'pid 1' },
    ],
    [
      'forgets a note that is over',
      { state: 'accepted', note: 'old' },
      { kind: 'progress', job, steps: STEPS },
      { state: 'accepted', steps: STEPS },
    ],
    [
      'is accepted by its progress too',
      { state: 'queued' },
      { kind: 'progress', job, steps: [] },
      { state: 'accepted', steps: [] },
    ],
    [
      'is unknown while its node finds out',
      { state: 'accepted', steps: STEPS },
      { kind: 'unknown', job, because: 'interrupted' },
      { state: 'unknown', steps: STEPS, note: 'interrupted' },
    ],
    [
      'has its plan',
      { kind: 'plan' },
      { kind: 'planned', job, plan: PLAN },
      { kind: 'plan', state: 'ended', plan: PLAN, endedAt: NOW },
    ],
    [
      'has what its policy asks for beside its plan',
      { kind: 'plan' },
      { kind: 'planned', job, plan: PLAN, asks: ASKS },
      { kind: 'plan', state: 'ended', plan: PLAN, asks: ASKS, endedAt: NOW },
    ],
    [
      'has its verdict',
      { state: 'accepted', acceptedAt: T0, steps: STEPS, note: 'pid 1' },
      { kind: 'verdict', job, verdict: 'failed', reply: REPLY, tookMs: 5 },
      {
        ...{ state: 'ended', acceptedAt: T0, steps: STEPS, note: 'pid 1' },
        ...{ verdict: 'failed', reply: REPLY, tookMs: 5, endedAt: NOW },
      },
    ],
    [
      'has its verdict without a time',
      {},
      { kind: 'verdict', job, verdict: 'expired', reply: REPLY },
      { state: 'ended', verdict: 'expired', reply: REPLY, endedAt: NOW },
    ],
    [
      'is verified after it was unknown',
      { state: 'unknown' },
      { kind: 'verdict', job, verdict: 'verified applied', reply: REPLY },
      { state: 'ended', verdict: 'verified applied', reply: REPLY, endedAt: NOW },
    ],
  ])('%s', (_, before, saying, after) => {
    expect(hear(webJob(before), saying, NOW)).toEqual(webJob(after));
  });
});

describe('a verdict is written once', () => {
  test.each(SAYINGS)('$kind does not change it', (saying) => {
    const ended = webJob({ state: 'ended', verdict: 'failed', reply: sampleReply({ tone: 'bad', title: 'no' }) });
    expect(hear(ended, saying, NOW)).toBe(ended);
  });
});

test('the job that was given stays as it was', () => {
  const before = Object.freeze(webJob({ note: 'old' }));
  for (const saying of SAYINGS) hear(before, saying, NOW);
  expect(before).toEqual(webJob({ note: 'old' }));
});
