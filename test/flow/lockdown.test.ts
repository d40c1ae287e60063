import { expect, test } from 'vitest';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { Message } from './chat.ts';
import { buttonsOf } from './chat.ts';
import type { TestFleet } from './fleet.ts';
import { startFleet } from './fleet.ts';
import { ADA, BEN, CLEO } from './house.ts';
import { asked, no, yes } from './question.ts';

const HOW = 'It ends with /lockdown lift and a second person, or on';

/** The one button of a message. */
function only(message: Message) {
  const [button] = buttonsOf(message);
  if (!button) throw new Error(`no button below: ${message.text}`);
  return button;
}

/** Waits until every node says that it is locked, or that it is not. */
async function nodesAre(fleet: TestFleet, locked: boolean, count: number) {
  const ada = fleet.chat(ADA);
  await waitUntil(
    async () => {
      const { text = '' } = await ada.ask('/nodes');
      return (text.split('🔒 locked').length - 1 === (locked ? count : 0) && text) || undefined;
    },
    { withinMs: 15_000, everyMs: 50, what: `nodes that are ${locked ? 'locked' : 'open'}` },
  );
}

test('an operator stops all changes with one tap, nobody alone starts them again, and two people do', async () => {
  const fleet = await startFleet({ alpha: { targets: ['web'] }, beta: { targets: ['web'] } });
  const [ada, ben, cleo] = [fleet.chat(ADA), fleet.chat(BEN), fleet.chat(CLEO)];
  expect((await cleo.ask('/lockdown now')).text).toContain('/lockdown takes the role operator');
  const waiting = await asked(ada, '/restart alpha web');

  const question = await ben.ask('/lockdown odd logins');
  expect(question.text).toContain('Stop all changes on all nodes?');
  expect(await cleo.press(only(question)).catch(() => null)).not.toMatchObject({ text: 'Locked.' });
  expect(await ben.press(only(question))).toMatchObject({ text: 'Locked.' });
  await ben.edited(question.message_id, /🔒 Nothing is changed now: Ben locked it at \d\d:\d\d:\d\d \("odd logins"\)/);
  await ada.until('🔒 Nothing is changed now: Ben locked it');
  expect(await ben.press(only(question))).toMatchObject({ text: 'Locked.' });

  expect((await ada.press(yes(waiting)))?.text).toContain('Nothing is changed now: Ben locked it at');
  await ada.press(no(waiting));
  await ada.edited(waiting.message_id, /cancelled|Cancelled/i);
  expect((await ada.ask('/restart beta web')).text).toContain('("odd logins")');
  const status = await ada.ask('/status');
  await ada.edited(status.message_id, /🔒 Nothing is changed now: Ben locked it/);
  await nodesAre(fleet, true, 2);
  expect((await ben.ask('/lockdown')).text).toContain('🔒 alpha knows it.\n🔒 beta knows it.');

  expect((await ben.ask('/lockdown lift')).text).toContain('takes the role admin');
  const lift = await ada.ask('/lockdown lift');
  expect(lift.text).toContain('Ada asks to lift the lockdown: Ben locked it at');
  expect((await ada.press(only(lift)))?.text).toContain('A second person has to say yes.');
  await nodesAre(fleet, true, 2);
  const copy = await ben.until('Ada asks to lift the lockdown');
  expect(await ben.press(only(copy))).toMatchObject({ text: 'Lifted.' });
  await ada.until('🔓 Changes are possible again: Ben confirmed it.');
  await nodesAre(fleet, false, 2);
  expect((await ben.press(only(copy)))?.text).toContain('Nothing is locked from the chat.');
  const again = await asked(ada, '/restart beta web');
  await ada.press(yes(again));
  await fleet.job(({ node, verdict }) => node === 'beta' && verdict === 'done');
  const said = (await fleet.ledger.audits(99)).filter(({ decision }) => /lock/.test(decision)).toReversed();
  expect(said).toMatchObject([
    { decision: 'locked', operator: { name: 'Ben' }, reason: 'odd logins' },
    { decision: 'lockdown lifted', operator: { name: 'Ada' }, approvers: [BEN] },
  ]);
});

test('a hub that has forgotten a lockdown leaves the nodes locked, says so, and lifts it only with two people', async () => {
  const fleet = await startFleet({ alpha: { targets: ['web'] } });
  const [ada, ben] = [fleet.chat(ADA), fleet.chat(BEN)];
  await ben.press(only(await ben.ask('/lockdown')));
  await nodesAre(fleet, true, 1);
  const kept = await fleet.ledger.recall('lockdown');
  expect(kept, 'nothing of it can be read in the ledger').toMatch(/^ngr1\./);

  await fleet.ledger.remember('lockdown', 'forged');
  expect((await ada.ask('/restart alpha web')).text).toContain('a record that is not of this hub');
  fleet.forget('lockdown');
  await fleet.restartHub();
  expect((await ada.ask('/restart alpha web')).text).toContain('Nothing is changed on alpha: it is under a lockdown.');
  expect((await ada.ask('/restart alpha web')).text).toContain(HOW);
  await nodesAre(fleet, true, 1);
  await ada.ask('/lockdown lift');
  await ben.press(only(await ben.until('Ada asks to lift the lockdown')));
  await nodesAre(fleet, false, 1);
});

test('a node that its own file locks hears of a lockdown as well, and stays locked when that is lifted', async () => {
  const fleet = await startFleet({ alpha: { targets: ['web'], locked: true }, beta: { targets: ['web'] } });
  const [ada, ben] = [fleet.chat(ADA), fleet.chat(BEN)];
  expect((await ada.ask('/restart alpha web')).text).toContain(
    'Nothing is changed on alpha: it is locked by a file on it. It ends there with: nightguard lockdown lift',
  );
  expect((await ada.ask('/lockdown lift')).text).toBe(
    'Nothing is locked from the chat. alpha stays locked by a file on it: nightguard lockdown lift there. See /nodes',
  );
  await ben.press(only(await ben.ask('/lockdown')));
  await waitUntil(async () => (await ben.ask('/lockdown')).text?.includes('🔒 alpha knows it.') || undefined, {
    ...{ withinMs: 10_000, everyMs: 50, what: 'alpha, which knows it' },
  });
  await ada.ask('/lockdown lift');
  await ben.press(only(await ben.until('Ada asks to lift the lockdown')));
  await ada.until(
    '🔓 Changes are possible again: Ben confirmed it. alpha stays locked by a file on it: nightguard lockdown lift there.',
  );
  await asked(ada, '/restart beta web');
  expect((await ada.ask('/restart alpha web')).text).toContain('locked by a file on it');
});

test('a record of a lockdown that somebody has spoilt does not keep people from locking', async () => {
  const fleet = await startFleet({ alpha: { targets: ['web'] } });
  const ben = fleet.chat(BEN);
  await fleet.ledger.remember('lockdown', 'garbage');
  await ben.press(only(await ben.ask('/lockdown odd logins')));
  await ben.until('🔒 Nothing is changed now: Ben locked it');
  await nodesAre(fleet, true, 1);
  expect(await fleet.ledger.audits(1)).toMatchObject([
    { decision: 'locked', reason: 'odd logins', because: 'in place of a record that is not of this hub' },
  ]);
});
