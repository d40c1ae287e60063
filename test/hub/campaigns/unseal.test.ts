import { describe, expect, test } from 'vitest';
import type { Child } from '#src/hub/campaigns/kind.ts';
import { nextShare } from '#src/hub/campaigns/unseal/next.ts';
import type { Campaign } from '#src/ledger/campaign.ts';
import type { Job } from '#src/ledger/records.ts';
import type { ShareOutcome } from '#src/operation/vaultShare.ts';
import { shareFacts } from '#src/operation/vaultShare.ts';
import { ADA, sampleCampaign, sampleJob, T0 } from '../../ledger/samples.ts';
import { sampleReply } from '../samples.ts';

const ATTEMPT = '1f0c2a9b';
const NODES = ['alpha', 'beta', 'gamma'];

/** A campaign of three nodes, and what its children have said until now. */
function next(children: Child[], more: Partial<Campaign> = {}) {
  const reset = more.input?.['reset'] === true;
  const input = { vault: 'main' };
  const plain = NODES.map((node) => ({ node, input, plan: `plan ${node}` }));
  const resets = NODES.map((node) => ({ node, input: { ...input, reset: true }, plan: `reset ${node}` }));
  const offers = reset ? [...resets, ...plain] : plain;
  const move = nextShare(sampleCampaign({ offers, left: [], ...more }), children);
  switch (move.kind) {
    case 'ask':
      return [move.offer.plan, move.guards['attempt']].filter((each) => each !== undefined).join(' to ');
    case 'end':
      return `${move.ending.tone}: ${move.ending.title} | ${move.ending.next}`;
    default:
      return move.kind;
  }
}

function child(node: string, job: Partial<Job>, silent = false): Child {
  return { node, job: sampleJob({ id: node, node, operation: 'vault_share', ...job }), silent };
}

/** A node that has ended so, with so many of three shares given then; without a number it tells nothing of the seal. */
function told(node: string, outcome: ShareOutcome, progress?: number): Child {
  const seal = { sealed: true, progress: progress ?? 0, threshold: 3, shares: 5, attempt: progress ? ATTEMPT : 'none' };
  const facts = shareFacts({ outcome, seal: progress === undefined ? undefined : seal });
  return child(node, { state: 'ended', verdict: 'done', reply: sampleReply({ facts }) });
}

const ended = (node: string, verdict: Job['verdict']) =>
  child(node, { state: 'ended', verdict, reply: sampleReply({ tone: 'bad', title: 'no' }) });

describe('the next share', () => {
  test('is that of the first node, to an attempt that nobody has begun', () => {
    expect(next([])).toBe('plan alpha to none');
  });

  test('is waited for while a node is at it, and goes to the attempt that was told last', () => {
    expect(next([child('alpha', { state: 'queued' })])).toBe('wait');
    expect(next([child('alpha', { state: 'accepted' })])).toBe('wait');
    expect(next([told('alpha', 'counted', 1)])).toBe(`plan beta to ${ATTEMPT}`);
    expect(next([told('alpha', 'counted', 1), told('beta', 'duplicate', 2)])).toBe(`plan gamma to ${ATTEMPT}`);
  });

  test.for<ShareOutcome>(['no share', 'away', 'refused'])('comes from the next node after: %s', (outcome) => {
    expect(next([told('alpha', outcome)])).toBe('plan beta to none');
    expect(next([told('alpha', 'counted', 2), told('beta', outcome)])).toBe(`plan gamma to ${ATTEMPT}`);
  });

  test.for<Job['verdict']>(['refused', 'expired', 'failed'])(
    'comes from the next node after the verdict %s',
    (verdict) => {
      expect(next([ended('alpha', verdict)])).toBe('plan beta to none');
    },
  );

  test('goes to any attempt when nobody knows whether one was begun', () => {
    const unsure = [
      child('alpha', { state: 'queued' }, true),
      child('alpha', { state: 'accepted' }, true),
      ended('alpha', 'verified applied'),
      ended('alpha', 'needs human'),
      told('alpha', 'unknown'),
      { node: 'alpha', job: undefined, silent: true },
    ];
    expect(unsure.map((each) => next([each]))).toEqual(unsure.map(() => 'plan beta'));
  });

  test('is not that of a node that went away meanwhile', () => {
    expect(next([], { left: [{ node: 'alpha', because: 'is drained' }] })).toBe('plan beta to none');
  });

  test('is asked for once more where nobody knows whether it counts, when all others have been asked', () => {
    const two = [told('alpha', 'unknown'), told('beta', 'counted', 1)];
    expect(next([...two, told('gamma', 'counted', 2)])).toBe(`plan alpha to ${ATTEMPT}`);
    const crashed = [ended('alpha', 'verified not applied'), told('beta', 'counted', 1), told('gamma', 'counted', 2)];
    expect(next(crashed)).toBe(`plan alpha to ${ATTEMPT}`);
    const twice = [...two, told('gamma', 'counted', 2), told('alpha', 'unknown')];
    expect(next(twice)).toMatch(/^bad: main stays sealed: it has 2 of 3 shares, and too few/);
  });

  test('is believed to be in an attempt only when that has the form of one', () => {
    const odd = told('alpha', 'counted', 1);
    const facts = odd.job?.reply?.facts.map((fact) =>
      fact.label === 'Attempt' ? { ...fact, value: 'x'.repeat(400) } : fact,
    );
    expect(next([child('alpha', { state: 'ended', verdict: 'done', reply: sampleReply({ facts }) })])).toBe(
      'plan beta to none',
    );
  });
});

describe('with --reset', () => {
  const input = { vault: 'main', reset: true };

  test('the first share throws away what is there, and no later one does', () => {
    expect(next([], { input })).toBe('reset alpha');
    expect(next([told('alpha', 'away')], { input })).toBe('reset beta');
    expect(next([told('alpha', 'counted', 1)], { input })).toBe(`plan beta to ${ATTEMPT}`);
  });

  test('it ends when nobody knows whether that was done', () => {
    expect(next([ended('alpha', 'verified applied')], { input })).toMatch(/^bad: nobody knows whether .* thrown away/);
  });
});

describe('it ends', () => {
  test('well as soon as any node tells that it is open, however late', () => {
    const late = [told('alpha', 'opened', 0), child('beta', { state: 'queued' })];
    expect(next(late)).toMatch(/^ok: main is open \|/);
    expect(next([told('alpha', 'already open', 0)])).toMatch(/^ok: main was open already \|/);
  });

  test('and who was left out before stays so in what to type next', () => {
    const wiped = [told('alpha', 'counted', 1), told('beta', 'wiped', 0)];
    expect(next(wiped, { input: { vault: 'main', without: 'delta' } })).toMatch(/--without delta,alpha$/);
  });

  test('before another share is given that could not help', () => {
    const left = [{ node: 'gamma', because: 'is no longer on the list' }];
    expect(next([told('alpha', 'counted', 1)], { left })).toBe(
      'bad: main stays sealed: it has 1 of 3 shares, and too few other nodes can give one | Bring back what is missing, or give it by hand. Begin anew: /unseal main --reset',
    );
    expect(next(NODES.map((node) => told(node, 'away')))).toMatch(/^bad: main stays sealed: it has no share from here/);
  });

  test.for<[ShareOutcome, RegExp]>([
    ['wiped', /one of the shares of alpha, beta is wrong, and Vault has thrown them all away.*--without alpha$/],
    ['lost', /what was given to it is gone.*Begin anew: \/unseal main$/],
    [
      'other attempt',
      /another attempt is under way at main \(1f0c2a9b\), with 1 of 3 shares.*given here before.*--reset$/,
    ],
    ['not initialised', /was never initialised/],
    ['opens by itself', /opens by itself, not with shares/],
  ])('after: %s', ([outcome, words]) => {
    const progress = outcome === 'other attempt' ? 1 : undefined;
    expect(next([told('alpha', 'counted', 1), told('beta', outcome, progress)])).toMatch(words);
  });

  test('when somebody stopped it, after the one that was at it', () => {
    const stopped = { operator: ADA, at: T0 };
    expect(next([child('alpha', { state: 'accepted' })], { stopped })).toBe('wait');
    expect(next([told('alpha', 'counted', 1)], { stopped })).toMatch(/^warn: stopped by Ada: main has 1 of 3 shares/);
    expect(next([], { stopped })).toBe(
      'warn: stopped by Ada: main has no share from here | To begin anew: /unseal main',
    );
  });
});
