import { expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import { defineOperation } from '#src/operation/define.ts';
import { words } from '#src/operation/params.ts';
import type { Message, Pressable } from './chat.ts';
import { buttonsOf } from './chat.ts';
import { startFleet } from './fleet.ts';
import { ADA, BEN, CLEO, GROUP } from './house.ts';
import { nothing, yes } from './question.ts';

const THREE = {
  alpha: { targets: ['web', 'db'], labels: { role: 'front' } },
  beta: { targets: ['api'], environment: 'prod' as const, labels: { role: 'back' } },
  gamma: { targets: ['cache'], ago: 720_000 },
};

/** A read that says again what it is told. */
const echo = defineOperation({
  ...{ name: 'echo', version: 1, summary: 'Say it again', role: 'viewer', risk: 'read', timeout: '5s' },
  needs: [],
  params: z.strictObject({ text: words(20, 'hello').describe('what to say') }),
  result: z.object({}),
  steps: { say: { title: 'Say it', kind: 'read' } },
  run: async () => ({}),
  report: ({ params }) => ({ tone: 'ok', title: `it says ${params.text}` }),
});

test('/restart asks for the node, then for the target, and then as if it had been typed', async () => {
  const fleet = await startFleet(THREE);
  const ada = fleet.chat(ADA);
  const where = await ada.ask('/restart');
  expect(where.text).toMatch(/^Restart where\?\nLeft out: gamma has been away for 12 min( \d+ s)?$/);
  expect(buttonsOf(where).map(({ text }) => text)).toEqual(['alpha', '🔴 beta', 'Never mind']);

  await ada.press(named(where, 'alpha'));
  const what = await ada.until('Restart what on alpha?');
  expect(what.message_id).toBe(where.message_id);
  expect(buttonsOf(what).map(({ text }) => text)).toEqual(['web', 'db', 'Never mind']);

  await ada.press(named(what, 'db'));
  const question = await ada.until(/ has .+ to answer\.$/m);
  expect(question.text).toMatch(/^Restart db\? on alpha · stage$/m);
  expect((await ada.until('☑️ Restart db on alpha')).message_id).toBe(where.message_id);
  expect(buttonsOf(await ada.until('☑️'))).toEqual([]);
  await ada.press(yes(question));
  await ada.until('db restarted');
  expect(await fleet.jobs()).toMatchObject([{ operation: 'restart', node: 'alpha', input: { target: 'db' } }]);
});

test('what was typed is not asked for again: a target leaves only the nodes that have it', async () => {
  const fleet = await startFleet(THREE);
  const ben = fleet.chat(BEN);
  const where = await ben.ask('/restart web --force');
  expect(where.text).toBe('Restart web where?');
  expect(buttonsOf(where).map(({ text }) => text)).toEqual(['alpha', 'Never mind']);
  await ben.press(named(where, 'alpha'));
  await ben.until(/^Restart web by force\? on alpha/m);
  expect((await ben.ask('/restart beta')).text).toBe('Restart what on beta?');
  expect((await ben.ask('/restart gamma')).text).toMatch(
    /^gamma has been away for 12 min.*\. Nothing was queued\. See \/nodes$/,
  );
});

test('an answer can be typed, and a wrong one is answered with the nearest', async () => {
  const fleet = await startFleet(THREE);
  const ada = fleet.chat(ADA);
  await ada.ask('/restart');
  expect((await ada.ask('alhpa')).text).toBe('There is no "alhpa" here. Did you mean alpha? Or /cancel');
  expect((await ada.ask('alpha')).text).toBe('Restart what on alpha?');
  await ada.say('web');
  await ada.until(/^Restart web\? on alpha/m);
  expect((await ada.ask('web')).text).toBe('I take commands. See /help');
});

test('somebody else in the group can press as much as they like', async () => {
  const fleet = await startFleet(THREE);
  const [ada, ben] = [fleet.chat(ADA, GROUP), fleet.chat(BEN, GROUP)];
  const where = await ada.ask('/restart');
  const refusal = { text: 'Only the person who asked can answer this.', show_alert: true };
  for (const button of buttonsOf(where)) expect(await ben.press(button)).toMatchObject(refusal);
  await ada.press(named(where, 'alpha'));
  expect(await ben.press(named(where, 'alpha'))).toMatchObject(refusal);
  const what = await ada.until('Restart what on alpha?');
  expect(await ben.press(named(what, 'web'))).toMatchObject(refusal);
  expect(await ben.showing(/has .+ to answer/)).toEqual([]);
});

test('help goes on in the middle, another operation ends it, and old buttons say so', async () => {
  const fleet = await startFleet(THREE);
  const ada = fleet.chat(ADA);
  const where = await ada.ask('/restart');
  expect((await ada.ask('/help restart')).text).toContain('Usage: /restart');
  expect((await ada.ask('/nodes alpha')).text).toContain('alpha');
  await ada.press(named(where, 'alpha'));
  const what = await ada.until('Restart what on alpha?');
  await ada.say('/status beta');
  await ada.until(/beta · .*\n/);
  expect(await ada.press(named(what, 'web'))).toMatchObject({
    text: 'This question is over. Type the command again.',
  });
  expect((await fleet.jobs()).map(({ operation }) => operation)).toEqual(['status']);
});

test('it can be put aside with its button, and with /cancel', async () => {
  const fleet = await startFleet(THREE);
  const ada = fleet.chat(ADA);
  const first = await ada.ask('/restart');
  await ada.press(named(first, 'Never mind'));
  expect(buttonsOf(await ada.until('Put aside. Nothing was asked.'))).toEqual([]);
  const second = await ada.ask('/restart');
  expect((await ada.ask('/cancel')).text).toBe('Put aside. Nothing was asked.');
  expect(await ada.press(named(second, 'alpha'))).toMatchObject({ show_alert: true });
  expect((await ada.ask('/cancel')).text).toBe('Nothing runs here. See /jobs');
});

test('it is over after five minutes', async () => {
  const fleet = await startFleet(THREE);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  onTestFinished(() => void vi.useRealTimers());
  const ada = fleet.chat(ADA);
  const first = await ada.ask('/restart');
  vi.setSystemTime(Date.now() + 299_000);
  await ada.press(named(first, 'alpha'));
  const what = await ada.until('Restart what on alpha?');
  vi.setSystemTime(Date.now() + 301_000);
  expect(await ada.press(named(what, 'web'))).toMatchObject({
    text: 'This question is over. Type the command again.',
  });
});

test('a hub that is restarted in the middle goes on, and nothing of Telegram is kept', async () => {
  const fleet = await startFleet(THREE);
  const ada = fleet.chat(ADA);
  const where = await ada.ask('/restart');
  await fleet.restartHub();
  await ada.press(named(where, 'alpha'));
  const what = await ada.until('Restart what on alpha?');
  const kept = await fleet.ledger.recall(`draft ${ADA}:0:${ADA}`);
  expect(kept).toContain('"operation\\":\\"restart');
  expect(kept).not.toMatch(/"send(Message)?":\{|protect_content|answerCallbackQuery|editMessageText/);
  await fleet.restartHub();
  await ada.press(named(what, 'web'));
  await ada.until(/^Restart web\? on alpha/m);
  expect(await fleet.ledger.recall(`draft ${ADA}:0:${ADA}`)).toBe('');
});

test('a ledger that is away at the last answer loses nothing: the press comes again and asks once', async () => {
  const fleet = await startFleet(THREE);
  const ada = fleet.chat(ADA);
  const what = await ada.ask('/restart alpha');
  vi.spyOn(fleet.ledger, 'ask').mockRejectedValueOnce(new Problem('ledger', 'The ledger is away. Start it.'));
  await ada.press(named(what, 'web'));
  await ada.until(/^Restart web\? on alpha/m);
  expect(await ada.showing(/ has .+ to answer\.$/m)).toHaveLength(1);
  expect(fleet.logged.filter((line) => line.includes('update comes again'))).toHaveLength(1);
  expect(await fleet.ledger.recall(`draft ${ADA}:0:${ADA}`)).toBe('');
});

test('two last answers to one draft ask once', async () => {
  const fleet = await startFleet(THREE);
  const ada = fleet.chat(ADA);
  const what = await ada.ask('/restart alpha');
  await Promise.all([ada.press(named(what, 'web')), ada.press(named(what, 'db')), ada.press(named(what, 'web'))]);
  await ada.until(/ has .+ to answer\.$/m);
  expect(await ada.showing(/ has .+ to answer\.$/m)).toHaveLength(1);
});

test('drafts of different people in one group do not touch each other', async () => {
  const fleet = await startFleet(THREE);
  const [ada, ben] = [fleet.chat(ADA, GROUP), fleet.chat(BEN, GROUP)];
  const forAda = await ada.ask('/restart alpha');
  const forBen = await ben.ask('/restart beta');
  await ben.press(named(forBen, 'api'));
  await ada.press(named(forAda, 'db'));
  await ben.until(/^Restart api\? on beta · 🔴 PROD$/m);
  await ada.until(/^Restart db\? on alpha · stage$/m);
});

test('many targets come in pages of twenty, and too many are left to typing', async () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `job-${index + 1}`);
  const fleet = await startFleet({ delta: { targets: many(45), ago: 0 }, omega: { targets: many(61), ago: 0 } });
  const ada = fleet.chat(ADA);
  const first = await ada.ask('/restart delta');
  expect(first.reply_markup?.inline_keyboard.map((row) => row.length)).toEqual([3, 3, 3, 3, 3, 3, 2, 2]);
  await ada.press(named(first, 'More (1 of 3)'));
  await ada.press(named(await ada.until('Restart what on delta?'), 'More (2 of 3)'));
  const third = await ada.until('Restart what on delta?');
  expect(buttonsOf(third).map(({ text }) => text)).toEqual([...many(45).slice(40), 'More (3 of 3)', 'Never mind']);
  await ada.press(named(third, 'job-45'));
  expect((await ada.until('☑️')).text).toBe('☑️ Restart job-45 on delta');
  expect((await fleet.chat(CLEO).ask('/logs omega')).text).toMatch(
    /^target is missing\.\nUsage: \/logs <node> <target>/,
  );
});

test('words are typed: in private as they are, in a group as an answer to the bot', async () => {
  const fleet = await startFleet(THREE, { operations: [echo] });
  const [ada, cleo] = [fleet.chat(ADA, GROUP), fleet.chat(CLEO)];
  expect((await cleo.ask('/echo alpha')).text).toBe('Echo on alpha – text?\nwhat to say\nSuch as hello');
  expect((await cleo.ask('much more than twenty characters')).text).toContain('text: ');
  await cleo.say('hi there');
  await cleo.until('it says hi there');

  const prompt = await ada.ask('/echo alpha');
  const sent = (await fleet.calls('sendMessage')).find(({ params }) => params['chat_id'] === GROUP);
  expect(sent?.params).toMatchObject({ reply_markup: { force_reply: true, selective: true } });
  await ada.say('talk among people');
  await ada.say('good morning', { reply_to: prompt.message_id });
  await ada.until('it says good morning');
  expect((await fleet.jobs()).map(({ input }) => input)).toEqual([{ text: 'good morning' }, { text: 'hi there' }]);
});

/** The button with this text. */
function named(message: Message, text: string): Pressable {
  return buttonsOf(message).find((button) => button.text === text) ?? nothing();
}
