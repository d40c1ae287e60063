import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { temporaryFolder } from '../adapters/temporary.ts';
import { launchFleet } from '../fixtures/fleet.ts';
import { PROGRAM } from '../fixtures/program.ts';
import { whyWithout } from '../fixtures/redis.ts';
import { startFleet } from './fleet.ts';
import { ADA, BEN, CLEO, startHouse } from './house.ts';
import { asked, yes } from './question.ts';

/** Runs `nightguard audit` on the state folder of a house. */
async function audit(state: string, ...words: string[]) {
  const NIGHTGUARD_CONFIG = join(state, 'nightguard.yaml');
  await writeFile(NIGHTGUARD_CONFIG, 'node: { name: local }');
  return await run({ NIGHTGUARD_STATE: state, TELEGRAM_BOT_TOKEN: '123456:ABCdefGHI_-jkl', NIGHTGUARD_CONFIG }, words);
}

async function run(more: Record<string, string>, words: string[]) {
  const env = { PATH: process.env['PATH'], ...more };
  return await promisify(execFile)(process.execPath, [PROGRAM, 'audit', ...words], { env, maxBuffer: 1 << 26 }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
  );
}

test('what hub and agent have on record holds, at home and as a file, until somebody changes it', async () => {
  const house = await startHouse();
  const ada = house.chat(ADA);
  await ada.press(yes(await asked(ada, '/restart local demo')));
  await ada.until('✅ local · demo');
  const message = await ada.ask('/audit export');
  const file = await waitUntil(async () => (await ada.messages()).find(({ document }) => document), {
    ...{ withinMs: 5_000, everyMs: 15, what: `the file after ${message.message_id}` },
  });
  const text = await (await fetch(`${house.url}/sandbox/file/${file.document?.file_id}`)).text();
  const elsewhere = join(await temporaryFolder(), 'audit.jsonl');
  await writeFile(elsewhere, text);

  const whole = await audit(house.state, 'verify');
  expect(whole).toMatchObject({ code: 0 });
  expect(whole.stdout).toMatch(
    /^hub: \d+ records, 1 to \d+: the chain holds\. Its head is \d+:[0-9a-f]{32}\nlocal: \d+ records, /,
  );
  expect(await audit(house.state, 'verify', '--file', elsewhere)).toMatchObject({ code: 0 });
  const { stdout } = await audit(house.state, 'export', '--of', 'node');
  expect(stdout).toContain('"decision":"begun"');
  const head = /local: .* (\d+:[0-9a-f]{32})/.exec(whole.stdout)?.[1] ?? '';
  await writeFile(elsewhere, stdout);
  expect(await audit(house.state, 'verify', '--file', elsewhere, '--head', head)).toMatchObject({ code: 0 });

  const lines = stdout.split('\n');
  await writeFile(elsewhere, [...lines.slice(0, 2), ...lines.slice(3)].join('\n'));
  expect(await audit(house.state, 'verify', '--file', elsewhere)).toMatchObject({
    ...{ code: 1, stdout: 'local: record 2 is wrong: record 3 stands in its place.\n' },
  });
  const journal = new DatabaseSync(join(house.state, 'journal.db'), { timeout: 5_000 });
  journal.exec(`UPDATE audit SET line = replace(line, '"operator":', '"Operator":') WHERE seq = 1`);
  journal.close();
  expect(await audit(house.state, 'verify', '--of', 'node')).toMatchObject({
    ...{ code: 1, stdout: 'local: record 1 is wrong: its content is not what was hashed.\n' },
  });
});

test('refusals are on record, and /audit is searched', async () => {
  const fleet = await startFleet({ alpha: { targets: ['web'] }, beta: { targets: ['web'] } });
  const [ada, ben, cleo] = [fleet.chat(ADA), fleet.chat(BEN), fleet.chat(CLEO)];
  await cleo.ask('/restart alpha web');
  await ben.ask('/restart beta wbe');
  const question = await asked(ada, '/restart alpha web');
  await fleet.restartHub();
  await waitUntil(async () => (await fleet.ledger.audits(99)).every(({ seq }) => seq !== undefined) || undefined, {
    ...{ withinMs: 10_000, everyMs: 20, what: 'the chain' },
  });
  expect((await fleet.ledger.audits(99)).toReversed()).toMatchObject([
    { decision: 'refused', operator: { name: 'Cleo' }, operation: 'restart', source: 'command', seq: 1 },
    { decision: 'refused', operator: { name: 'Ben' }, because: expect.stringContaining('wbe') },
    { decision: 'asked', operator: { name: 'Ada' }, input: { target: 'web' } },
  ]);
  expect(question.text).toContain('Restart web');
  const lines = async (words: string) => (await ada.ask(words)).text?.split('\n') ?? [];
  expect((await lines('/audit by:ben'))[1]).toContain('Ben · restart · refused');
  expect(await lines('/audit op:restart since:1h')).toHaveLength(4);
  expect(await lines('/audit alpha by:ada since:1h')).toHaveLength(2);
  expect((await lines('/audit op:restart'))[0]).toBe('3 lines for op:restart, newest first');
  expect(await lines('/audit since:soon')).toEqual(['"soon" is no time: write since:30m, since:2h or since:7d.']);
});

const without = whyWithout('redis-server');

test.skipIf(without !== undefined)(
  `the hub's audit in a Redis is verified and exported as well${without ? ` (${without})` : ''}`,
  { timeout: 120_000 },
  async () => {
    const fleet = await launchFleet({ nodes: [] });
    onTestFinished(() => fleet.close());
    await fleet.ledger.audit([{ at: 1, decision: 'asked', operation: 'restart', operator: { id: 1, name: 'Ada' } }]);
    await fleet.hub();
    await fleet.tick();
    const env = { NIGHTGUARD_STATE: join(fleet.folder, 'hub'), REDIS_URL: fleet.redis.url };
    expect(await run(env, ['verify', '--of', 'hub'])).toMatchObject({
      ...{ code: 0, stdout: expect.stringMatching(/^hub: \d+ records?, 1/), stderr: '' },
    });
    expect((await run(env, ['export', '--of', 'hub'])).stdout).toContain('"name":"Ada"');
  },
);
