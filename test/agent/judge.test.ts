import { describe, expect, test } from 'vitest';
import type { Timed } from '#src/agent/judge.ts';
import { judge, taskOf } from '#src/agent/judge.ts';
import type { Rule } from '#src/agent/policy/rule.ts';
import { createPolicy } from '#src/agent/policy.ts';
import type { WorkOrder } from '#src/wire/order.ts';
import { CARDS, health, prune, restart } from '../operation/samples.ts';

const NOW = 1_790_000_000_000;
const RUN: WorkOrder = { kind: 'run', v: 1, operation: 'restart', version: 1, input: { target: 'web' }, operator: 7 };
const ALL: Rule = { operations: ['*'], targets: ['*'], operators: ['*'] };

/** The ruling on an order of hub's; it was issued a second ago and has a minute left. */
function ruling(order: WorkOrder, times: Partial<Timed> = {}, rules: Rule[] = [ALL]) {
  const asked: Timed = { job: 'j1', order, issuedAt: NOW - 1_000, expiresAt: NOW + 60_000, ...times };
  const policy = createPolicy({ node: 'alpha', environment: 'dev', rules });
  return judge(asked, { node: 'alpha', catalog: CARDS, policy, admitted: () => 0, now: NOW });
}

const says = (verdict: string, title: string) => ({
  saying: { kind: 'verdict', job: 'j1', verdict, reply: { tone: 'warn', title, facts: [], buttons: [] } },
});

describe('work that may begin', () => {
  test.each<[string, WorkOrder, object]>([
    ['a change has the lane of its target', RUN, { operation: restart, lane: 'web' }],
    [
      'a change without a target has the whole node',
      { ...RUN, operation: 'prune', input: {} },
      { operation: prune, lane: '*' },
    ],
    ['a read has no lane', { ...RUN, operation: 'health', input: {} }, { operation: health, lane: undefined }],
    ['a plan has no lane', { ...RUN, kind: 'plan' }, { operation: restart, lane: undefined }],
  ])('%s', (_, order, { operation, lane }: { operation?: { parse: (input: object) => unknown }; lane?: string }) => {
    expect(ruling(order)).toEqual({
      task: { operation, params: operation?.parse(order.input), lane },
      rule: expect.stringMatching(/^[0-9a-f]{16}$/),
      asks: undefined,
      selfApproved: false,
    });
  });
});

describe('the time window of an order', () => {
  test.each<[string, Partial<Timed>]>([
    ['the last moment', { expiresAt: NOW + 1 }],
    ['a clock that is as far behind as it may be', { issuedAt: NOW + 30_000 }],
  ])('%s is in time', (_, times) => {
    expect(ruling(RUN, times)).toHaveProperty('task');
  });

  test.each<[string, Partial<Timed>, object]>([
    [
      'its end',
      { expiresAt: NOW },
      says(
        'expired',
        'It reached alpha 0 ms too late and was not started: it had until 2026-09-21 14:13:20 UTC, and there it is 2026-09-21 14:13:20 UTC. If that is not the time, set its clock. Ask again.',
      ),
    ],
    [
      'long after',
      { expiresAt: NOW - 600_000 },
      says(
        'expired',
        'It reached alpha 10 min too late and was not started: it had until 2026-09-21 14:03:20 UTC, and there it is 2026-09-21 14:13:20 UTC. If that is not the time, set its clock. Ask again.',
      ),
    ],
    [
      'no end at all',
      { expiresAt: 0 },
      says('expired', expect.stringMatching(/^It reached alpha \d+ d \d+ h too late/)),
    ],
    [
      'a clock that is too far behind',
      { issuedAt: NOW + 30_001 },
      says(
        'refused',
        "The clock of alpha is 30 s behind the hub's: 2026-09-21 14:13:20 UTC there, 2026-09-21 14:13:50 UTC at the hub. Set it, then ask again.",
      ),
    ],
    [
      'a clock that is behind, also when it would be too late',
      { issuedAt: NOW + 31_000, expiresAt: NOW },
      says(
        'refused',
        "The clock of alpha is 31 s behind the hub's: 2026-09-21 14:13:20 UTC there, 2026-09-21 14:13:51 UTC at the hub. Set it, then ask again.",
      ),
    ],
  ])('%s is not', (_, times, saying) => {
    expect(ruling(RUN, times)).toEqual(saying);
  });
});

describe('what cannot be done here is refused with what to do', () => {
  test.each<[string, Partial<WorkOrder>, string]>([
    ['an unknown operation', { operation: 'stop' }, 'The agent on alpha does not know "stop". Update it.'],
    ['a name from the prototype', { operation: 'toString' }, 'The agent on alpha does not know "toString". Update it.'],
    ['a newer version', { version: 2 }, 'alpha has restart v1, this needs v2. Update the older side.'],
    ['a missing argument', { input: {} }, 'target is missing.'],
    [
      'an argument that looks like an option',
      { input: { target: '--all' } },
      'target: a name has letters, digits, "-", "_" or "." and begins with a letter or digit; its engine may stand before it, as in podman/web.',
    ],
    ['an unknown argument', { input: { target: 'web', sudo: true } }, 'There is no argument "sudo" here.'],
  ])('%s', (_, change, sentence) => {
    expect(ruling({ ...RUN, ...change } as WorkOrder)).toEqual(says('refused', sentence));
    expect(taskOf({ ...RUN, ...change } as WorkOrder, 'alpha', CARDS)).toBe(sentence);
  });
});

describe('the policy has the last word', () => {
  const sentence = (what: string) =>
    `The policy of alpha does not allow ${what} to you. It is changed on the node, under node.policy.`;

  test.each<[string, Rule[], WorkOrder, string]>([
    ['no rules', [], RUN, 'restart of web'],
    ['another target', [{ ...ALL, targets: ['demo'] }], RUN, 'restart of web'],
    ['another person', [{ ...ALL, operators: [8] }], RUN, 'restart of web'],
    ['another operation', [{ ...ALL, operations: ['health'] }], RUN, 'restart of web'],
    ['a plan of what is not allowed', [{ ...ALL, operations: ['health'] }], { ...RUN, kind: 'plan' }, 'restart of web'],
    ['a read', [{ ...ALL, operations: ['restart'] }], { ...RUN, operation: 'health', input: {} }, 'health'],
  ])('%s', (_, rules, order, what) => {
    expect(ruling(order, {}, rules)).toEqual(says('refused', sentence(what)));
  });
});
