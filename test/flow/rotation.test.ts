import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { rotateKeys } from '#src/wire/rotate.ts';
import { launchFleet } from '../fixtures/fleet.ts';
import { whyWithout } from '../fixtures/redis.ts';
import { killedAfterYes } from './held.ts';
import { asked } from './question.ts';

const without = whyWithout('redis-server');

test.skipIf(without !== undefined)(
  `a verdict that waited sealed to the hub's old keys is told after a rotation, and the work is done once${without ? ` (${without})` : ''}`,
  { timeout: 120_000 },
  async () => {
    const fleet = await launchFleet();
    onTestFinished(() => fleet.close());
    const agent = await fleet.agent('alpha');
    const { ada, question, release } = await killedAfterYes(fleet);
    await release();
    await fleet.until('the verdict in the ledger', () => fleet.hasSaidAll('alpha'));
    const waiting = (await fleet.ledger.unfolded(['alpha'], 10)).flatMap(({ events }) => events);
    expect(waiting).not.toEqual([]);
    await agent.kill();

    const { keys } = await rotateKeys(join(fleet.folder, 'hub', 'keys', 'hub.json'), Date.now());
    const file = join(fleet.folder, 'alpha', 'nightguard.yaml');
    const config = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...config, hub: { ...config.hub, key: keys.public } }));

    const next = await fleet.hub();
    const dropped = () => next.logged.some((line) => line.includes('it is not encrypted to this one'));
    await fleet.until('the old words refused', async () => {
      await fleet.tick();
      return dropped();
    });
    await fleet.agent('alpha');
    // The dead hub may have held the lease of the message: then whoever ticks after that tells it.
    const told = await waitUntil(
      async () => {
        await fleet.tick();
        return (await ada.showing('web restarted and healthy')).at(-1);
      },
      { withinMs: 60_000, everyMs: 500, what: 'the verdict in the chat' },
    );
    expect(told.message_id).toBe(question.message_id);
    expect(await fleet.starts('alpha')).toBe(2);
    expect(JSON.stringify(waiting)).not.toContain('restarted');
    await asked(ada, '/restart alpha web');
  },
);
