import { describe, expect, onTestFinished, test } from 'vitest';
import type { Fleet, FleetOptions } from '../fixtures/fleet.ts';
import { BEN, launchFleet } from '../fixtures/fleet.ts';
import { whyWithout } from '../fixtures/redis.ts';
import type { Chat } from './chat.ts';
import { heldRestart, killedAfterYes } from './held.ts';
import { asked, yes } from './question.ts';

const without = whyWithout('redis-server');
const name = (sentence: string) => (without ? `${sentence} (${without})` : sentence);

/** A fleet whose agents are up, and which is gone when the test is over. */
async function startFleet(options: FleetOptions = {}): Promise<Fleet> {
  const fleet = await launchFleet(options);
  onTestFinished(() => fleet.close());
  await Promise.all((options.nodes ?? ['alpha']).map((node) => fleet.agent(node)));
  return fleet;
}

/** How the updates of Telegram were answered. */
const updatesOf = (fleet: Fleet) =>
  fleet.door.answered.filter(({ path }) => path === '/telegram').map(({ status }) => status);

/** All that the bot has said in a chat, as it stands now. */
const saidTo = async (chat: Chat) =>
  (await chat.messages()).filter(({ from }) => from?.id !== chat.from).map(({ text }) => text);

/** The node has said how its work ended, and nobody has heard it yet. */
const spoken = (fleet: Fleet) => async () => (await fleet.ledger.unfolded(['alpha'], 1)).length > 0;

describe.skipIf(without !== undefined)(
  name('a hub behind a webhook, with agents of their own'),
  { timeout: 60_000 },
  () => {
    test('asks several nodes and tells what they say in one message', async () => {
      const fleet = await startFleet({ nodes: ['alpha', 'beta'] });
      await fleet.hub();
      const ada = fleet.chat();
      await ada.say('/status');
      const message = await ada.until(/beta/);
      expect(message.text).toContain('alpha');
      expect(await fleet.runs()).toHaveLength(2);
      await fleet.until('the answer to Telegram', async () => updatesOf(fleet).length > 0);
      expect(updatesOf(fleet)).toEqual([200]);
      expect(await saidTo(ada)).toHaveLength(1);
    });

    test('asks before a change, and tells its end in the same message', async () => {
      const fleet = await startFleet();
      await fleet.hub();
      const ada = fleet.chat();
      const question = await asked(ada, '/restart alpha web');
      expect(await ada.press(yes(question))).toEqual({ text: 'On it.', show_alert: false });
      const verdict = await ada.until('web restarted and healthy');
      expect(verdict.message_id).toBe(question.message_id);
      expect(await fleet.starts('alpha')).toBe(2);
    });

    test('that is killed between the yes and the verdict tells the verdict in its next life', async () => {
      const fleet = await startFleet();
      const { ada, question, release } = await killedAfterYes(fleet);
      await release();
      await fleet.until('the end of the work', spoken(fleet));
      await fleet.hub();
      expect((await fleet.tick()).status).toBe(204);
      const verdict = await ada.until('web restarted and healthy');
      expect(verdict.message_id).toBe(question.message_id);
      expect(await ada.showing('web restarted and healthy')).toHaveLength(1);
      expect(await fleet.runs()).toMatchObject([{ verdict: 'done' }]);
      expect(await fleet.starts('alpha')).toBe(2);
    });

    test('that sleeps while its node works is woken by the doorbell', async () => {
      const fleet = await startFleet();
      const hub = await fleet.hub();
      const { ada, pressed, release } = await heldRestart(fleet);
      await pressed;
      hub.freeze();
      await release();
      await fleet.until('the end of the work', spoken(fleet));
      expect(await ada.showing('web restarted and healthy')).toEqual([]);
      hub.thaw();
      await ada.until('web restarted and healthy');
    });

    test('that does not run at all is woken by the second ring', async () => {
      const fleet = await startFleet();
      const hub = await fleet.hub();
      const { ada, pressed, release } = await heldRestart(fleet);
      await pressed;
      expect(await hub.stop()).toBe(0);
      fleet.forget(hub);
      await release();
      await fleet.until('the end of the work', spoken(fleet));
      await fleet.hub();
      await ada.until('web restarted and healthy');
      expect(await fleet.starts('alpha')).toBe(2);
    });

    test('may run twice, and each update may reach both: one job, one message', async () => {
      const fleet = await startFleet();
      await Promise.all([fleet.hub(), fleet.hub()]);
      fleet.leadToHubs('to all');
      const ada = fleet.chat();
      const question = await asked(ada, '/restart alpha web');
      await ada.press(yes(question));
      await ada.until('web restarted and healthy');
      await fleet.chat(BEN).ask('/status');
      expect(await fleet.runs()).toHaveLength(2);
      expect(await fleet.starts('alpha')).toBe(2);
      expect(await saidTo(ada)).toEqual([expect.stringContaining('web restarted and healthy')]);
      expect(await saidTo(fleet.chat(BEN))).toEqual([expect.stringContaining('web')]);
    });

    test('answers 503 while the ledger is away, and what was asked meanwhile is done once', async () => {
      const fleet = await startFleet();
      await fleet.hub();
      await fleet.redis.kill();
      const ada = fleet.chat();
      await ada.say('/status');
      await fleet.until('a refusal', async () => updatesOf(fleet).includes(503));
      expect((await fetch(`${fleet.door.url}/health`)).status).toBe(503);
      await fleet.redis.restart();
      expect((await ada.until(/^job /m, 30_000)).text).toContain('web');
      expect(await fleet.runs()).toHaveLength(1);
    });

    test('that has time of its own needs neither doorbell nor clock', async () => {
      const fleet = await startFleet();
      const hub = await fleet.hub({ HUB_SLEEPS: '0' });
      const ada = fleet.chat();
      const question = await asked(ada, '/restart alpha web');
      await ada.press(yes(question));
      fleet.forget(hub);
      await ada.until('web restarted and healthy');
      expect(await hub.stop()).toBe(0);
    });

    test('and an agent in one process share their ledger with agents elsewhere', async () => {
      const fleet = await startFleet();
      const up = await fleet.up();
      expect(up.greeting).toMatchObject({ node: 'local (dev)' });
      const ada = fleet.chat();
      await ada.say('/health');
      await ada.until(/alpha.*local/s, 30_000);
      await fleet.until('both ends', async () => (await fleet.runs()).every(({ verdict }) => verdict !== undefined));
      expect((await fleet.runs()).map(({ node, verdict }) => `${node} ${verdict}`).toSorted()).toEqual([
        'alpha done',
        'local done',
      ]);
      expect(await up.stop()).toBe(0);
    });
  },
);
