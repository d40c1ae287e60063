import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPENING_MS, whyNoIncus } from '../fixtures/incus.ts';
import type { Life } from '../fixtures/life.ts';
import { whyWithoutPodman } from '../fixtures/podman.ts';
import { whyWithout } from '../fixtures/redis.ts';
import type { Chat } from '../flow/chat.ts';
import { buttonsOf } from '../flow/chat.ts';
import { nothing, yes } from '../flow/question.ts';
import type { Mixed } from './mixed.ts';
import { launchMixed } from './mixed.ts';

const why = whyNoIncus() ?? whyWithoutPodman() ?? whyWithout('redis-server');
const PATIENCE_MS = 30_000;

describe.skipIf(why !== undefined)(`a hub that sleeps, and three machines (skipped: ${why})`, () => {
  let mixed: Mixed;
  let chat: Chat;
  let hub: Life;

  beforeAll(async () => {
    mixed = await launchMixed();
    chat = mixed.chat();
    hub = await mixed.hub();
    await mixed.agents();
  }, OPENING_MS);

  afterAll(() => mixed?.close(), OPENING_MS);

  test('one read is answered by all of them in one message', async () => {
    const answer = await chat.ask('/health');
    const whole = await chat.edited(answer.message_id, /Health: 3 nodes well|Health: \d of 3 nodes well/);
    for (const node of ['alpha', 'pod', 'unit']) expect(whole.text).toContain(node);
  });

  test.each([
    ['alpha', 'web'],
    ['pod', 'shop'],
    ['unit', 'shop'],
  ])(
    'on %s, %s is restarted when somebody says yes',
    async (node, workload) => {
      await chat.say(`/restart ${node} ${workload}`);
      const question = await chat.until(new RegExp(`Restart ${workload}\\? on ${node}`));
      await chat.press(yes(question));
      await chat.edited(question.message_id, new RegExp(`✅ ${node} · ${workload} restarted`));
    },
    PATIENCE_MS,
  );

  const troubles = [
    { node: 'pod', what: 'a container that is killed', hurt: () => mixed.killContainer() },
    { node: 'unit', what: 'a unit that is killed', hurt: () => mixed.killUnit() },
  ];
  test.for(troubles)(
    '$what on $node is told, restarted by its button, and told to be well',
    { timeout: PATIENCE_MS },
    async ({ node, hurt }) => {
      await hurt();
      const alert = await chat.until(new RegExp(`❌ ${node} · shop is down`));
      const text = alert.text ?? '';
      expect(text).toContain('shop is open');
      const restart = buttonsOf(alert).find((button) => button.text === 'Restart shop') ?? nothing();
      await chat.press(restart);
      await chat.press(yes(await chat.until(new RegExp(`Restart shop\\? on ${node}`))));
      await chat.edited(
        alert.message_id,
        new RegExp(`✅ ${node} · shop (runs|is healthy)[\\s\\S]*It was: shop is down`),
      );
    },
  );

  test(
    'an engine that is stopped is one alert, and over when it answers again',
    async () => {
      await mixed.podman.kill();
      const alert = await chat.until(/❌ pod · podman does not answer/, PATIENCE_MS);
      await mixed.podman.serve();
      await chat.edited(alert.message_id, /✅ pod · podman answers/);
      expect(await chat.showing(/pod · shop is (down|missing|stopped)(?![\s\S]*It was)/)).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    'what goes wrong while no hub is there is told afterwards, once, with the time when it began',
    async () => {
      await hub?.kill();
      if (hub) mixed.forget(hub);
      const before = (await chat.showing(/unit · shop is down/)).length;
      const began = Date.now();
      await mixed.killUnit();
      await mixed.until('the alert in the ledger', async () =>
        (await mixed.ledger.unfolded(['unit'], 9)).some(({ events }) => events.length > 0),
      );
      await mixed.hub();
      await mixed.tick();
      const alert = await chat.until(/❌ unit · shop is down/);
      expect((await chat.showing(/unit · shop is down/)).length).toBe(before + 1);
      const since = /since (\d\d:\d\d:\d\d)/.exec(alert.text ?? '')?.[1];
      const at = Date.parse(`${new Date(began).toISOString().slice(0, 10)}T${since}Z`);
      expect(Math.abs(at - began)).toBeLessThan(6_000);
      await mixed.machine.exec(['systemctl', 'restart', 'shop']);
      await chat.edited(alert.message_id, /✅ unit · shop runs/);
    },
    PATIENCE_MS,
  );

  test(
    'a hub that is killed after the yes leaves the verdict to the next one',
    async () => {
      await chat.say('/restart pod shop');
      const question = await chat.until(/Restart shop\? on pod/);
      await chat.press(yes(question));
      await hub?.kill();
      if (hub) mixed.forget(hub);
      await mixed.hub();
      await mixed.tick();
      await chat.edited(question.message_id, /✅ pod · shop restarted/);
      const runs = await mixed.runs();
      expect(runs.filter(({ node, state }) => node === 'pod' && state !== 'ended')).toEqual([]);
    },
    PATIENCE_MS,
  );
});
