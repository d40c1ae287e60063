import { expect, test } from 'vitest';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { Chat, Message } from './chat.ts';
import { buttonsOf } from './chat.ts';
import type { TestFleet } from './fleet.ts';
import { startFleet } from './fleet.ts';
import { ADA, BEN, CLEO, GROUP } from './house.ts';
import { asked, no, yes } from './question.ts';
import { riskyOperations } from './risky.ts';

const ALPHA = { alpha: { targets: ['web', 'db'] } };
const TIME = '\\d\\d:\\d\\d:\\d\\d';

const decisions = async ({ ledger }: TestFleet) =>
  (await ledger.audits(50)).map(({ operator, decision }) => `${operator?.name} ${decision}`).reverse();

test('what destroys something runs when its name was typed letter by letter, and three wrong ones end it', async () => {
  const { operations, effects } = riskyOperations();
  const fleet = await startFleet(ALPHA, { operations });
  const ada = fleet.chat(ADA);
  const question = await asked(ada, '/wipe alpha web');
  expect(question.text).toContain('It takes its name, which is typed next: web');
  expect(await ada.press(yes(question))).toMatchObject({ text: 'Now type web' });
  const prompt = await ada.edited(question.message_id, /Ada, type web to go on\./);
  expect(buttonsOf(prompt).map(({ text }) => text)).toEqual(['Cancel']);
  for (const wrong of ['Web', 'web.'])
    expect((await ada.ask(wrong)).text).toMatch(
      /^That is not web\. Type it letter by letter; \d of 3 tries are left\.$/,
    );
  expect((await ada.ask('/health alpha')).text).toContain('alpha');
  expect(effects).toEqual([]);
  await ada.say('web');
  await ada.edited(question.message_id, /web is wiped/);
  expect(effects).toEqual(['wipe web']);

  const second = await asked(ada, '/wipe alpha db');
  await ada.press(yes(second));
  for (const wrong of ['web', 'DB', 'd b']) await ada.say(wrong);
  await ada.edited(second.message_id, /^Another name was typed 3 times\. Nothing was done\.$/);
  expect((await ada.ask('db')).text).toBe('I take commands. See /help');
  expect(effects).toEqual(['wipe web']);
});

test('in a group the name is an answer to the bot, from the one who asked', async () => {
  const { operations, effects } = riskyOperations();
  const fleet = await startFleet(ALPHA, { operations });
  const [ada, ben] = [fleet.chat(ADA, GROUP), fleet.chat(BEN, GROUP)];
  const question = await asked(ada, '/wipe alpha web');
  await ada.press(yes(question));
  const prompt = await ada.until('Ada, type web as an answer to this.');
  const sent = (await fleet.calls('sendMessage')).find(({ params }) => String(params['text']).includes('as an answer'));
  expect(sent?.params).toMatchObject({ reply_markup: { force_reply: true, selective: true } });
  const reply_to = prompt.message_id;
  await ben.say('web', { reply_to });
  await ada.say('web');
  expect((await ada.ask('wrong', { reply_to })).text).toContain('That is not web');
  expect(effects).toEqual([]);
  await ada.say('web', { reply_to });
  await ada.edited(question.message_id, /web is wiped/);
  expect(effects).toEqual(['wipe web']);
});

test('what is critical takes the yes of a second person, who is asked in private; each copy shows who and when', async () => {
  const { operations, effects } = riskyOperations();
  const fleet = await startFleet(ALPHA, { operations });
  const [ada, ben] = [fleet.chat(ADA), fleet.chat(BEN)];
  const { question, copy } = await twice(ada, ben);
  expect(question.text).toMatch(
    new RegExp(`✅ Ada asked, and said yes at ${TIME}\\n⏳ Still missing: Ben\\. There is 15 min left`),
  );
  expect(await ada.press(yes({ ...copy, message_id: question.message_id }))).toMatchObject({
    text: 'You have said yes. Now it waits for Ben.',
  });
  expect(await fleet.chat(CLEO).messages()).toEqual([]);
  expect(effects).toEqual([]);

  expect(await ben.press(yes(copy))).toMatchObject({ text: 'On it.' });
  const done = await ada.edited(question.message_id, /the keys are new/);
  expect(done.text).toMatch(new RegExp(`Ada · approved by Ben at ${TIME}`));
  const over = await ben.edited(copy.message_id, /^☑️ Change the keys\?/);
  expect(over.text).toMatch(new RegExp(`Ada asked, and said yes at ${TIME}\\n✅ Ben said yes at ${TIME}`));
  expect(buttonsOf(over)).toEqual([]);
  expect(effects).toEqual(['rekey']);
  expect(await decisions(fleet)).toEqual(['Ada asked', 'Ada confirmed', 'Ada refused', 'Ben approved', 'Ada done']);
  expect(await ben.press(yes(copy))).toMatchObject({ text: 'You have answered this already.' });
  expect(effects).toEqual(['rekey']);
});

test('a no of any approver ends it, with the name in every chat; a plan that changed meanwhile is refused by the node', async () => {
  const { operations, effects, world } = riskyOperations();
  const fleet = await startFleet(ALPHA, { operations });
  const [ada, ben] = [fleet.chat(ADA), fleet.chat(BEN)];
  const first = await twice(ada, ben);
  expect(await ben.press(no(first.copy))).toMatchObject({ text: 'Cancelled.' });
  const words = new RegExp(`^Rekey on alpha, which Ada asked for: declined by Ben at ${TIME}\\. Nothing was done\\.$`);
  await ada.edited(first.question.message_id, words);
  await ben.edited(first.copy.message_id, words);

  const second = await twice(ada, ben);
  world.state = 'another';
  await ben.press(yes(second.copy));
  await ada.edited(second.question.message_id, /The plan is stale/);
  expect(effects).toEqual([]);
});

test("a node's policy adds a second person and a reason to a plain change; in a group all see it", async () => {
  const require = { approvers: 1, reason: true };
  const { operations } = riskyOperations();
  const policy = [{ operations: ['restart'], operators: [ADA, BEN], require }, { operations: ['health'] }];
  const fleet = await startFleet({ alpha: { targets: ['web'], policy } }, { operations });
  const [ada, ben] = [fleet.chat(ADA, GROUP), fleet.chat(BEN, GROUP)];
  const question = await asked(ada, '/restart alpha web');
  expect(question.text).toContain('It takes a reason, which is typed next.\nIt takes the yes of Ben as well.');
  await ada.press(yes(question));
  const prompt = await ada.until('Ada, type the reason as an answer to this.');
  await ada.say('it  leaks\n/restart alpha @all', { reply_to: prompt.message_id });
  const waits = await ada.edited(question.message_id, /Still missing: Ben/);
  expect(waits.text?.replaceAll('\u2060', '')).toContain('Reason: it leaks /restart alpha @all\n✅ Ada asked');
  await ada.until('Ada needs the yes of Ben for this.');
  expect(await ben.press(yes(waits))).toMatchObject({ text: 'On it.' });
  expect((await ada.edited(question.message_id, /restarted/)).text).toContain('approved by Ben');
  expect(await fleet.jobs()).toMatchObject([{ verdict: 'done', reason: 'it leaks /restart alpha @all' }]);
  expect((await fleet.ledger.audits(50)).filter(({ because }) => because?.startsWith('it leaks'))).toHaveLength(2);

  const third = await asked(ada, '/restart alpha web because of the leak');
  expect(third.text).toContain('Reason: of the leak');
  await ada.press(yes(third));
  await ada.edited(third.message_id, /Still missing: Ben/);
});

test("an approval of one's own counts where the policy says so, and the record says that it is one", async () => {
  const { operations, effects } = riskyOperations();
  const policy = [{ operations: ['rekey'], require: { approvers: 1, selfApproval: true } }];
  const fleet = await startFleet({ alpha: { targets: ['web'], policy } }, { operations });
  const ada = fleet.chat(ADA);
  const question = await asked(ada, '/rekey alpha');
  await ada.press(yes(question));
  expect((await ada.edited(question.message_id, /the keys are new/)).text).toContain('Ada · self-approved');
  expect(effects).toEqual(['rekey']);
  expect(await decisions(fleet)).toEqual(['Ada asked', 'Ada confirmed', 'Ada self-approved', 'Ada done']);
});

test('where nobody else may approve it, nothing can be pressed', async () => {
  const { operations } = riskyOperations();
  const policy = [{ operations: ['rekey'], operators: [ADA] }];
  const fleet = await startFleet({ alpha: { policy } }, { operations });
  const told = await fleet.chat(ADA).ask('/rekey alpha');
  const question = await fleet.chat(ADA).edited(told.message_id, /nobody else/);
  expect(question.text).toContain('This takes the yes of one more person, and nobody else on the list may give it.');
  expect(buttonsOf(question)).toEqual([]);
});

test('every answer can be typed: the one question that waits, the one that is answered, or the one that is named', async () => {
  const { operations, effects } = riskyOperations();
  const fleet = await startFleet(ALPHA, { operations });
  const [ada, ben] = [fleet.chat(ADA), fleet.chat(BEN)];
  expect((await ada.ask('/yes')).text).toBe('No question waits for you here. See /jobs');
  const rekey = await asked(ada, '/rekey alpha');
  expect((await ben.ask('/yes')).text).toBe('No question waits for you here. See /jobs');
  await ada.say('/yes');
  await ada.edited(rekey.message_id, /Still missing: Ben/);
  await ben.until('Still missing: Ben');

  const wipe = await asked(ada, '/wipe alpha web');
  const choice = await ada.ask('/yes');
  expect(choice.text).toMatch(/^Which one\?\n\/yes \w+ Wipe web on alpha\n\/yes \w+ Rekey on alpha$/);
  expect((await ada.ask('/yes nobody knows')).text).toContain('Usage: /yes');
  expect((await ada.ask(/\/yes \w+(?= Rekey)/.exec(choice.text ?? '')?.[0] ?? '')).text).toBe(
    'Rekey on alpha: You have said yes. Now it waits for Ben.',
  );
  expect((await ada.ask('/yes', { reply_to: wipe.message_id })).text).toBe('Wipe web on alpha: Now type web');
  await ada.say('/no', { reply_to: wipe.message_id });
  await ada.edited(wipe.message_id, /Cancelled by Ada/);
  expect(effects).toEqual([]);

  await ben.say('/yes');
  await ada.edited(rekey.message_id, /the keys are new/);
  expect(effects).toEqual(['rekey']);
  const yeses = (await fleet.ledger.audits(50)).filter(({ decision }) => /confirmed|approved/.test(decision));
  expect(yeses.map(({ operator, source }) => [operator?.name, source])).toEqual([
    ['Ben', 'command'],
    ['Ada', 'command'],
  ]);
});

/** Ada asks for what takes two, and says yes: her question, and the copy in Ben's chat. */
async function twice(ada: Chat, ben: Chat): Promise<{ question: Message; copy: Message }> {
  const before = (await ben.messages()).length;
  const first = await asked(ada, '/rekey alpha');
  await ada.press(yes(first));
  const question = await ada.edited(first.message_id, /Still missing: Ben/);
  const copy = await waitUntil(async () => (await ben.messages()).slice(before).at(-1), {
    ...{ withinMs: 20_000, everyMs: 15, what: 'the copy' },
  });
  expect(buttonsOf(copy).map(({ text }) => text)).toEqual(['Approve', 'Decline']);
  return { question, copy };
}
