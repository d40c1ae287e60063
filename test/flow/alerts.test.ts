import { describe, expect, test } from 'vitest';
import type { Message } from './chat.ts';
import { buttonsOf } from './chat.ts';
import { ADA, BEN, CLEO, GROUP, startHouse } from './house.ts';
import { nothing, yes } from './question.ts';

/** A house that looks every quarter of a second. */
async function watched() {
  const house = await startHouse({
    node: { watch: { every: '250ms', off: ['disk', 'memory'] } },
    logLevel: 'debug',
  });
  await house.healthy();
  return house;
}

const crash = async (house: Awaited<ReturnType<typeof watched>>) =>
  await house.reach('demo', '/crash', 'POST').catch(() => undefined);

/** The button on a message with this text. */
function buttonOn(message: Message, text: string | RegExp) {
  const all = message.reply_markup?.inline_keyboard.flat() ?? [];
  const found = all.find((each) => (typeof text === 'string' ? each.text === text : text.test(each.text)));
  return buttonsOf(message).find(({ data }) => data === found?.callback_data) ?? nothing();
}

describe('a workload that goes down', () => {
  test('is told by itself, restarted by its button, and told to be well again in the same message', async () => {
    const house = await watched();
    const group = house.chat(BEN, GROUP);
    await crash(house);
    const alert = await group.until(/demo is down/);
    expect(alert.text).toMatch(/^❌ local · demo is down\nsince \d\d:\d\d:\d\d\n/);

    await group.press(buttonOn(alert, 'Restart demo'));
    const question = await group.until(/Restart demo\?/);
    expect(question.reply_to_message?.message_id).toBe(alert.message_id);
    await group.press(yes(question));
    await group.until(/demo restarted and healthy|demo.*healthy/);

    const over = await group.edited(alert.message_id, /✅ local · demo is healthy/);
    expect(over.text).toMatch(/It was: demo is down\nfrom \d\d:\d\d:\d\d to \d\d:\d\d:\d\d/);
    expect(over.reply_markup?.inline_keyboard ?? []).toEqual([]);
    await group.until(/demo is healthy after/);
    expect(await house.calls('sendMessage')).toHaveLength(3);
  });

  test("is somebody's with one tap, with their name, until they take it back", async () => {
    const house = await watched();
    const group = house.chat(BEN, GROUP);
    await crash(house);
    const alert = await group.until(/demo is down/);
    expect(await group.press(buttonOn(alert, 'I have it'))).toMatchObject({ text: 'You have it.' });
    const mine = await group.edited(alert.message_id, /👤 Ben has it since/);
    expect(await house.chat(ADA, GROUP).press(buttonOn(alert, 'I have it'))).toMatchObject({
      text: 'Ben has it already.',
    });
    await group.press(buttonOn(mine, 'Undo'));
    await group.edited(alert.message_id, /demo is down(?![\s\S]*has it)/);
  });

  test('is quiet for an hour with one tap, and /alerts shows it all the same', async () => {
    const house = await watched();
    const group = house.chat(BEN, GROUP);
    await crash(house);
    const alert = await group.until(/demo is down/);
    await group.press(buttonOn(alert, '🔕 1 h'));
    await group.edited(alert.message_id, /🔕 Silenced by Ben until/);
    await group.say('/alerts');
    const list = await group.until(/\/unsilence/);
    expect(list.text).toMatch(/^❌ local · demo is down · for .* [0-9a-z]{6}\n🔕 Silenced by Ben until/);

    await group.say('/unsilence');
    await group.edited(alert.message_id, /demo is down(?![\s\S]*Silenced)/);
    await group.say('/silence nothing 4h');
    await group.until('No open alert begins with nothing. See /alerts');
    await group.say(`/silence ${/alert ([0-9a-z]{6})/.exec(alert.text ?? '')?.[1]} 9 years`);
    await group.until(/"9" is no time for a silence/);
  });

  test('is shown to a viewer, who can do nothing about it', async () => {
    const house = await watched();
    const group = house.chat(CLEO, GROUP);
    await crash(house);
    const alert = await group.until(/demo is down/);
    const refused = { text: expect.stringContaining('takes the role operator'), show_alert: true };
    expect(await group.press(buttonOn(alert, 'I have it'))).toMatchObject(refused);
    expect(await group.press(buttonOn(alert, 'Restart demo'))).toMatchObject(refused);
  });
});

test('a workload that a person stops or restarts is no news', async () => {
  const house = await watched();
  const group = house.chat(ADA, GROUP);
  for (const command of ['/restart local demo', '/stop local demo']) {
    await group.say(command);
    await group.press(yes(await group.until(new RegExp(`${command.slice(1, 5)}.* demo\\?`, 'i'))));
    await group.until(/demo (restarted|stopped|is stopped)/i);
  }
  await house.looks(4);
  expect((await group.messages()).filter(({ text }) => /❌/.test(text ?? ''))).toEqual([]);
});

test('a crash while Telegram is away is told afterwards, once', async () => {
  const house = await watched();
  const group = house.chat(BEN, GROUP);
  await house.fault({ method: 'sendMessage', times: 1, kind: 500 });
  await crash(house);
  const alert = await group.until(/demo is down/);
  expect((await group.messages()).filter(({ text }) => /demo is down/.test(text ?? ''))).toEqual([alert]);
});
