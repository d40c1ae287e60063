import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { launchFleet } from '../fixtures/fleet.ts';
import { whyWithout } from '../fixtures/redis.ts';
import { joined } from './enrolled.ts';
import { asked, yes } from './question.ts';

const REALLY = { recursive: true, force: true };

/** Takes the nodes out of the hub's file. */
async function listNobody(file: string): Promise<void> {
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), nodes: {} }));
}

const without = whyWithout('redis-server');

describe.skipIf(without !== undefined)(
  `a ledger that was flushed${without ? ` (${without})` : ''}`,
  { timeout: 120_000 },
  () => {
    test('knows the nodes again as soon as somebody asks for one', async () => {
      const fleet = await launchFleet();
      onTestFinished(() => fleet.close());
      await Promise.all([fleet.hub(), fleet.agent('alpha')]);
      await fleet.redis.ask('FLUSHALL');
      const ada = fleet.chat();
      expect((await ada.ask('/restart alpha web')).text).toContain('never heard of');
      await fleet.until('the beacon', async () => (await fleet.ledger.beacons(['alpha'])).length > 0);
      const question = await asked(ada, '/restart alpha web');
      await ada.press(yes(question));
      await ada.until('web restarted and healthy');
    });

    test('loses no node that was let in, nor what it does just then, while a hub lives', async () => {
      const fleet = await launchFleet({ nodes: ['beta'] });
      onTestFinished(() => fleet.close());
      const configured = await readFile(join(fleet.folder, 'beta', 'nightguard.yaml'), 'utf8');
      await Promise.all(['nightguard.yaml', 'keys'].map((each) => rm(join(fleet.folder, 'beta', each), REALLY)));
      await listNobody(join(fleet.folder, 'hub', 'nightguard.yaml'));
      await fleet.hub();
      const ada = fleet.chat();
      const { life } = await joined(fleet, ada, 'beta', 'env:stage');
      await life.stop();
      await writeFile(join(fleet.folder, 'beta', 'nightguard.yaml'), configured);
      await fleet.agent('beta');
      const question = await asked(ada, '/restart beta web');
      const release = await fleet.hold('beta');
      await ada.press(yes(question));
      await fleet.until('the start', async () => (await fleet.starts('beta')) === 2);
      await fleet.redis.ask('FLUSHALL');
      await release();
      await ada.until('web restarted and healthy', 30_000);
      expect((await ada.ask('/node beta')).text).toContain('Let in by Ada');
      await ada.ask('/nodes export');
      await fleet.until('the file', async () =>
        (await ada.messages()).some(({ document }) => document?.file_name === 'nodes.yaml'),
      );
    });
  },
);
