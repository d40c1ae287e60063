import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { NodeConfig } from '#src/agent/config.ts';
import { POLICY_KEY } from '#src/agent/journal/speech.ts';
import { createJournal } from '#src/agent/journal.ts';
import { openPolicy } from '#src/agent/policy/open.ts';
import { temporaryFolder } from '../../adapters/temporary.ts';

const log = pino({ level: 'silent' });
const open = (node: object) =>
  openPolicy({ config: NodeConfig.parse({ name: 'alpha', ...node }), onChange: () => {}, log });

test('without an environment the policy is that of prod: a change needs a plan', () => {
  const policy = open({ policy: [{ operations: ['*'] }] });
  const asked = { operation: 'restart', target: 'web', operator: 7, at: 0, admitted: () => 0 };
  const bare = { plan: undefined, approvals: [], stepups: [], reason: undefined };
  expect(policy.decide({ ...asked, risk: 'change' as const, evidence: bare })).toMatchObject({
    allowed: false,
    why: 'plan',
  });
  expect(policy.decide({ ...asked, risk: 'read' as const, evidence: bare })).toMatchObject({ allowed: true });
});

test.each([
  [{}, 1],
  [{ environment: 'prod' }, 1],
  [{ environment: 'stage' }, 0],
])('rules that the own user of a node can change are warned of on prod: %j', (node, warnings) => {
  const lines: string[] = [];
  const heard = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  const config = NodeConfig.parse({ name: 'alpha', policy: [{ operations: ['*'] }], ...node });
  openPolicy({ config, onChange: () => {}, log: heard });
  expect(lines).toHaveLength(warnings);
  for (const line of lines)
    expect(JSON.parse(line)).toMatchObject({ node: 'alpha', mend: expect.stringContaining('node.policyFile') });
});

test('rules in two places, or a path that is not whole, are refused', () => {
  const both = { name: 'alpha', policy: [{ operations: ['*'] }], policyFile: '/etc/nightguard/policy.yaml' };
  expect(NodeConfig.safeParse(both).error?.issues[0]).toMatchObject({
    path: ['policyFile'],
    message: expect.stringContaining('one place'),
  });
  expect(NodeConfig.safeParse({ name: 'alpha', policyFile: 'policy.yaml' }).success).toBe(false);
});

test('a file that is not there is a Problem at the start, not a policy that allows or refuses', () => {
  const policyFile = '/nonexistent/policy.yaml';
  expect(() => open({ policyFile })).toThrow(expect.objectContaining({ code: 'policy' }));
});

test('each saying is kept with the hash under which it was said, over restarts', async () => {
  const file = join(await temporaryFolder(), 'journal.db');
  const first = createJournal({ file, now: () => 1 });
  first.say({ kind: 'accepted', job: 'a' });
  first.remember(POLICY_KEY, 'one');
  first.say({ kind: 'accepted', job: 'b' });
  first.close();
  const second = createJournal({ file, now: () => 2 });
  second.remember(POLICY_KEY, 'two');
  second.say({ kind: 'accepted', job: 'c' });
  expect(second.unsent(0, 10).map(({ policy }) => policy)).toEqual([undefined, 'one', 'two']);
  second.close();
});
