import { describe, expect, onTestFinished, test } from 'vitest';
import { ADA, launchFleet } from '../fixtures/fleet.ts';
import { whyWithout } from '../fixtures/redis.ts';
import { readAll } from '../ledger/redis/dump.ts';
import { ordersOf } from '../ledger/samples.ts';
import { asked, yes } from './question.ts';

const without = whyWithout('redis-server');

describe.skipIf(without !== undefined)(
  `a ledger that nobody has to trust${without ? ` (${without})` : ''}`,
  { timeout: 60_000 },
  () => {
    test('holds nothing that can be read but routes and beacons', async () => {
      const fleet = await launchFleet();
      onTestFinished(() => fleet.close());
      await Promise.all([fleet.hub(), fleet.agent('alpha')]);
      const ada = fleet.chat();
      await ada.say('/logs alpha web --grep parameter-canary');
      await ada.until('parameter-canary');
      await ada.say('/restart');
      await fleet.until('a draft', async () => (await fleet.ledger.recall(`draft ${ADA}:0:${ADA}`)) !== undefined);
      await ada.press(yes(await asked(ada, '/restart alpha web')));
      await ada.until('web restarted and healthy');
      await fleet.until('all to be told', async () => (await fleet.ledger.untold(Date.now())).length === 0);

      expect(await readAll(fleet.redis, /^$/), 'beacons say what a node can do').toContain('"restart"');
      const all = await readAll(fleet.redis, /^ng:beacon:/);
      const planted = ['parameter-canary', 'healthy', 'restart', '"web"', '"Ada"', `:${ADA}`, `message ${ADA}`];
      expect(planted.filter((each) => all.includes(each))).toEqual([]);
    });

    test('that forgets an answer gets the press again: the node does not do it twice', async () => {
      const fleet = await launchFleet();
      onTestFinished(() => fleet.close());
      await fleet.agent('alpha');
      const hub = await fleet.hub();
      const ada = fleet.chat();
      const question = await asked(ada, '/restart alpha web');
      const button = yes(question);
      const confirm = `ng:confirm:${button.data.slice(2)}`;
      const before = await fleet.redis.ask('HGET', confirm, 'answer');
      await ada.press(button);
      await ada.until('web restarted and healthy');
      const again = async () => await post(fleet, button.data, question.message_id);

      await fleet.redis.ask('HSET', confirm, 'state', 'open');
      await again();
      expect(await ordersOf(fleet.ledger, 'alpha'), 'the hub reads its own answer').toHaveLength(2);

      await fleet.redis.ask('HSET', confirm, 'state', 'open', 'answer', String(before));
      await again();
      const orders = await ordersOf(fleet.ledger, 'alpha');
      expect(orders, 'nothing says that it was answered').toHaveLength(3);
      expect(await fleet.runs()).toMatchObject([{ verdict: 'done' }]);
      // Orders are taken in turn: what came behind it is done.
      await ada.say('/status alpha');
      await fleet.until('the next order to be done', async () => (await fleet.runs())[0]?.operation === 'status');
      await fleet.until('its verdict', async () => (await fleet.runs())[0]?.verdict === 'done');
      expect(await fleet.runs()).toHaveLength(2);
      expect(await fleet.starts('alpha')).toBe(2);
      expect(hub.logged.filter((line) => line.includes('counts as lost'))).toEqual([]);
    });
  },
);

/** Ada's press of a button that her chat no longer shows, as Telegram would post it. */
async function post(fleet: Awaited<ReturnType<typeof launchFleet>>, data: string, message: number): Promise<void> {
  const callback_query = {
    ...{ id: '77', from: { id: ADA, is_bot: false, first_name: 'Ada' }, chat_instance: 'c', data },
    message: { message_id: message, date: 1, chat: { id: ADA, type: 'private' } },
  };
  const answer = await fetch(`${fleet.door.url}/telegram`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': fleet.webhookSecret },
    body: JSON.stringify({ update_id: 900_000, callback_query }),
  });
  expect(answer.status).toBe(200);
}
