import { expect, test } from 'vitest';
import { ADA, BEN, CLEO, GROUP, MALLORY, startHouse } from './house.ts';
import { asked, yes } from './question.ts';

test('a stranger hears nothing, and the log says how to let her in', async () => {
  const house = await startHouse();
  const mallory = house.chat(MALLORY);
  await mallory.say('/start');
  await mallory.say('/restart local demo');
  await house.line('stranger turned away');
  expect(house.logged.find((line) => line.includes('"from":1999'))).toContain('add 1999 to operators to let them in');
  await house.chat(ADA).ask('/nodes');
  expect(await mallory.showing('')).toEqual([]);
  expect(await house.jobs()).toEqual([]);
});

test("a stranger's press in the group is not even answered, and nothing runs", async () => {
  const house = await startHouse();
  const [ada, mallory] = [house.chat(ADA, GROUP), house.chat(MALLORY, GROUP)];
  const question = await asked(ada, '/restart local demo');
  void mallory.press(yes(question)).catch(() => {});
  await house.line('"from":1999');
  await house.chat(ADA).ask('/nodes');
  expect(await house.calls('answerCallbackQuery')).toEqual([]);
  expect(await house.jobs()).toEqual([]);
});

const BOT = { id: 77, is_bot: true, first_name: 'Other' };
const CHANNEL = { id: -1_001_000_000_002, type: 'channel', title: 'news' };
test.for([
  ['forwarded', { forward_origin: { type: 'hidden_user', sender_user_name: 'X', date: 1 } }, 'forwarded'],
  ['sent through another bot', { via_bot: BOT }, 'sent through another bot'],
  ['sent in the name of a channel', { sender_chat: CHANNEL }, 'sent in the name of a chat'],
] as const)('a command that was %s does nothing', async ([, more, because]) => {
  const house = await startHouse();
  const ada = house.chat(ADA);
  await ada.say('/health', more);
  await house.line(because);
  await expectSilence(house, '/health');
});

test('a link to the bot, and a second command behind the first, start nothing', async () => {
  const house = await startHouse();
  const ada = house.chat(ADA);
  expect((await ada.ask('/start demo')).text).toContain('Hello Ada');
  expect((await ada.ask('/status local /restart local demo')).text).toContain('Usage: /status');
  expect((await ada.ask('/restart local demo /restart local locked')).text).toContain('Usage: /restart');
  await expectSilence(house, '/start demo');
});

test('a message that is edited into a command does nothing', async () => {
  const house = await startHouse();
  const ada = house.chat(ADA, GROUP);
  const said = await ada.say('/nodes');
  await ada.until('local');
  await ada.say('/health', { edit: said });
  await expectSilence(house, '/health');
});

test('a caption with a command does nothing', async () => {
  const house = await startHouse();
  const { chat, from } = house.chat(ADA);
  const response = await fetch(`${house.url}/sandbox/say`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ chat, from, caption: '/health' }),
  });
  expect(response.status).toBe(200);
  await house.line('it has no text');
  await expectSilence(house, '/health');
});

test('a command in the group is taken from those who are on the list', async () => {
  const house = await startHouse();
  const ben = house.chat(BEN, GROUP);
  await ben.say('/health@nightguard_sandbox_bot');
  expect((await ben.until('job ')).text).toMatch(/^job \w+ · Ben$/m);
  expect(await house.jobs()).toMatchObject([{ operation: 'health', operator: { id: BEN } }]);
});

test('a command to another bot in the group is left to that bot', async () => {
  const house = await startHouse();
  await house.chat(BEN, GROUP).say('/health@another_bot');
  await expectSilence(house, '/health');
});

test('the menu of each person holds what they may do', async () => {
  const house = await startHouse();
  const own = ['help', 'nodes', 'alerts', 'jobs', 'job', 'cancel'];
  const cases = ['help', 'nodes', 'alerts', 'ack', 'silence', 'unsilence', 'jobs', 'job'];
  const handled = [
    ...cases,
    'yes',
    'no',
    'unseal',
    'cancel',
    'verify',
    'again',
    'resolved',
    'lockdown',
    'enroll',
    'node',
    'label',
    'drain',
    'retire',
  ];
  const saving = ['backup', 'backup_check', 'backup_diff', 'backup_files', 'backup_prune', 'backup_unlock'];
  const restoring = ['restore', 'restore_copy', 'restore_drill', 'restore_undo'];
  const closing = ['seal', 'unseal_local'];
  const changes = ['restart', 'start', 'stop', 'vault_grant', 'vault_renew', ...saving, ...restoring, ...closing];
  const reads = ['backups', 'health', 'inspect', 'logs', 'status', 'vault'];
  const more = ['vault_token', 'vault_secret'];
  expect(await house.menu(ADA)).toEqual([...[...reads, ...more, ...changes].sort(), ...handled, 'audit']);
  expect(await house.menu(CLEO)).toEqual([...reads, ...own]);
  expect(await house.menu(BEN, GROUP)).toContain('restart');
  expect(await house.menu(MALLORY, GROUP)).not.toContain('restart');
});

/** Another command behind it was answered, and the one before it left no trace. */
async function expectSilence(house: Awaited<ReturnType<typeof startHouse>>, typed: string): Promise<void> {
  const cleo = house.chat(CLEO);
  await cleo.ask('/jobs');
  expect(await cleo.showing('Nothing has been asked yet'), `${typed} left a job`).toHaveLength(1);
  expect(await house.jobs()).toEqual([]);
}
