import { expect, test } from 'vitest';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { Message, Pressable } from './chat.ts';
import { buttonsOf } from './chat.ts';
import { startFleet } from './fleet.ts';
import { ADA, BEN, CLEO, GROUP } from './house.ts';
import { nothing, yes } from './question.ts';

const TWO = {
  alpha: { targets: ['web'], labels: { role: 'front', zone: 'eu' } },
  beta: { targets: ['api', 'web'], environment: 'prod' as const, labels: { role: 'back', zone: 'eu' } },
};
const FORUM = {
  topics: [
    { id: 7, name: 'alpha' },
    { id: 9, name: 'beta' },
  ],
};
const TOPIC = { message_thread_id: 7 };

test('everything that comes of a command in a topic stays in that topic', async () => {
  const fleet = await startFleet(TWO, FORUM);
  const ada = fleet.chat(ADA, GROUP);
  const help = await ada.ask('/help@nightguard_sandbox_bot', TOPIC);
  const where = await ada.ask('/restart', TOPIC);
  await ada.press(named(where, 'alpha'));
  await ada.press(named(await ada.until('Restart what on alpha?'), 'web'));
  const question = await ada.until(/ has .+ to answer\.$/m);
  await ada.press(yes(question));
  const verdict = await ada.until('web restarted');
  await ada.press(named(verdict, 'Logs'));
  const logs = await ada.until(/alpha · web: /);
  for (const message of [help, where, question, verdict, logs]) expect(message.message_thread_id, message.text).toBe(7);
});

test('in General nothing is sent to a topic, not even what answers an answer', async () => {
  const fleet = await startFleet(TWO, FORUM);
  const ben = fleet.chat(BEN, GROUP);
  const first = await ben.ask('/status alpha');
  await ben.say('/status beta', { reply_to: first.message_id });
  await ben.until(/beta · /);
  const sent = await fleet.calls('sendMessage');
  expect(sent.map(({ status }) => status)).toEqual([200, 200]);
  expect(sent.filter(({ params }) => 'message_thread_id' in params)).toEqual([]);
});

test('a draft belongs to its topic: the same person can have another one beside it', async () => {
  const fleet = await startFleet(TWO, FORUM);
  const ada = fleet.chat(ADA, GROUP);
  const inAlpha = await ada.ask('/restart alpha', TOPIC);
  const inBeta = await ada.ask('/restart beta', { message_thread_id: 9 });
  await ada.press(named(inAlpha, 'web'));
  await ada.press(named(inBeta, 'api'));
  expect((await ada.until(/^Restart web\? on alpha/m)).message_thread_id).toBe(7);
  expect((await ada.until(/^Restart api\? on beta/m)).message_thread_id).toBe(9);
});

test('reads go to the nodes that fit, several filters to those that fit all of them', async () => {
  const fleet = await startFleet(TWO);
  const cleo = fleet.chat(CLEO);
  await cleo.say('/status env:stage');
  await cleo.until(/^. alpha · /);
  await cleo.say('/status zone:eu role:back');
  await cleo.until(/^. beta · /);
  await cleo.say('/status zone:eu');
  await cleo.until(/2 nodes|1 of 2 nodes/);
  expect((await fleet.jobs()).map(({ node }) => node).sort()).toEqual(['alpha', 'alpha', 'beta', 'beta']);
  expect((await cleo.ask('/status env:dev')).text).toBe(
    'No node has env:dev. There is env:prod, env:stage, role:back, role:front, zone:eu. See /nodes',
  );
});

test('a change takes a filter that means one node, and refuses one that means more', async () => {
  const fleet = await startFleet(TWO);
  const ada = fleet.chat(ADA);
  expect((await ada.ask('/restart zone:eu web')).text).toBe(
    '/restart takes one node, and zone:eu means alpha, beta.\nUsage: /restart <node> <target> [--force]',
  );
  expect((await ada.ask('/restart env:prod')).text).toBe('Restart what on beta?');
  await ada.say('/restart role:front web');
  await ada.until(/^Restart web\? on alpha/m);
});

test('/nodes shows who is away first, with labels, and takes filters', async () => {
  const fleet = await startFleet({ ...TWO, omega: { targets: [], ago: 1_200_000 } });
  const cleo = fleet.chat(CLEO);
  expect(
    (await cleo.ask('/nodes')).text?.replace(/20 min \d+ s ago/, '20 min ago').replace(/\d+ (ms|s) ago/g, 'just now'),
  ).toBe(
    [
      '❌ omega · stage · away, last heard 20 min ago',
      '   runs nothing declared · agent 0.1.0',
      '✅ alpha · stage · role:front zone:eu · last heard just now',
      '   runs web · agent 0.1.0',
      '✅ beta · 🔴 PROD · role:back zone:eu · last heard just now',
      '   runs api, web · agent 0.1.0',
    ].join('\n'),
  );
  expect((await cleo.ask('/nodes role:back')).text).toMatch(/^✅ beta .*\n.*$/);
  expect((await cleo.ask('/nodes omega')).text).toMatch(/^❌ omega /);
  expect((await cleo.ask('/nodes what ever')).text).toBe('Usage: /nodes [node], or /nodes env:stage role:db');
});

test('a Telegram that hangs on an answer holds up the others for no longer than a call may take, and nothing comes twice', async () => {
  const fleet = await startFleet(TWO, { callMs: 300 });
  const [ada, ben] = [fleet.chat(ADA), fleet.chat(BEN)];
  await fleet.fault({ method: 'sendMessage', times: 1, kind: 'hang' });
  const from = performance.now();
  await ada.say('/nodes');
  await waitUntil(async () => (await fleet.calls('sendMessage')).length > 0 || undefined, {
    ...{ withinMs: 5_000, everyMs: 5, what: 'the call that hangs' },
  });
  await ben.ask('/jobs');
  expect(performance.now() - from).toBeLessThan(3_000);
  await ada.ask('/help');
  expect(await ada.showing('· agent')).toEqual([]);
  expect(fleet.logged.filter((line) => line.includes('answer not taken'))).toHaveLength(1);
  expect(fleet.logged.filter((line) => line.includes('update comes again'))).toEqual([]);
});

function named(message: Message, text: string): Pressable {
  return buttonsOf(message).find((button) => button.text === text) ?? nothing();
}
