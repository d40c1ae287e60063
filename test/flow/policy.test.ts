import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { temporaryFolder } from '../adapters/temporary.ts';
import { startFleet } from './fleet.ts';
import { ADA, startHouse } from './house.ts';
import { asked, yes } from './question.ts';

const isRoot = process.geteuid?.() === 0;
const READS = { operations: ['health', 'status', 'logs'] };

test('on prod a change that was confirmed brings the proof that is asked for', async () => {
  const policy = [READS, { operations: ['restart'], targets: ['de*'], require: { proof: 'hub' } }];
  const house = await startHouse({ node: { environment: 'prod', policy } });
  await house.healthy();
  const ada = house.chat(ADA);
  await ada.press(yes(await asked(ada, '/restart local demo')));
  await ada.until('restarted and healthy');
  expect(await house.jobs()).toMatchObject([{ verdict: 'done' }]);
});

test('a change of a rule that asks for a step-up is refused before anybody is asked, where no approver is named', async () => {
  const policy = [READS, { operations: ['restart'], require: { proof: 'stepup' } }, { operations: ['*'] }];
  const house = await startHouse({ node: { policy } });
  await house.healthy();
  const refused = await house.chat(ADA).ask('/restart local demo');
  expect(refused.text).toContain('asks for a proof by step-up, and no approver is named there');
  expect(refused.reply_markup).toBeUndefined();
});

// Anybody else's file would be the agent's own: the house runs as whoever runs the tests.
test.skipIf(!isRoot)('a policy file that is changed counts from the next order on (as root)', async () => {
  const policyFile = join(await temporaryFolder(), 'policy.yaml');
  await writeFile(policyFile, 'rules: [{ operations: [status, restart] }]', { mode: 0o644 });
  const house = await startHouse({ node: { policy: [], policyFile } });
  await house.healthy();
  const ada = house.chat(ADA);
  const question = await asked(ada, '/restart local demo');
  await writeFile(policyFile, 'rules: [{ operations: [status');
  await ada.press(yes(question));
  const refused = await ada.until('does not hold, so nothing is changed there');
  // In the chat a path gets invisible joiners, so that nobody can tap it.
  expect(refused.text?.replaceAll('\u2060', '')).toContain(`${policyFile} does not hold: `);
  expect((await ada.ask('/status local')).text).toContain('demo');
  await writeFile(policyFile, 'rules: [{ operations: [health] }]');
  expect((await ada.ask('/status local')).text).toContain('does not allow status to you');
});

test('/nodes tells when a node has spoken under another policy since its last beacon', async () => {
  const alpha = { targets: ['web'] };
  const fleet = await startFleet({ alpha });
  const ada = fleet.chat(ADA);
  expect((await ada.ask('/nodes')).text).not.toContain('policy');
  await ada.ask('/health alpha');
  await waitUntil(() => fleet.ledger.recall('policy alpha'), {
    withinMs: 10_000,
    everyMs: 10,
    what: 'what alpha said',
  });
  expect((await ada.ask('/nodes')).text).not.toContain('policy');
  // An earlier beacon, played once more.
  await fleet.announce('alpha', alpha, 300_000);
  expect((await ada.ask('/nodes')).text).toMatch(/its policy is another one since then: none → [0-9a-f]{16}$/);
  await fleet.announce('alpha', alpha, -1_000);
  expect((await ada.ask('/nodes')).text).not.toContain('policy');
});
