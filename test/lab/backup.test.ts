import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { Fleet } from '../fixtures/fleet.ts';
import { launchFleet } from '../fixtures/fleet.ts';
import type { Instance } from '../fixtures/incus/instance.ts';
import type { Incus } from '../fixtures/incus.ts';
import { OPENING_MS, openIncus, whyNoIncus } from '../fixtures/incus.ts';
import { whyWithout } from '../fixtures/redis.ts';
import { whyWithoutRestic } from '../fixtures/restic.ts';
import { asked, yes } from '../flow/question.ts';
import { installProgram, relayTo } from './mixed.ts';

const why = whyNoIncus() ?? whyWithout('redis-server') ?? whyWithoutRestic();
const PATIENCE_MS = 60_000;
const SYSTEMD = new URL('../../deploy/systemd/', import.meta.url).pathname;
const UNIT = 'nightguard-agent.service';
const UNITS = '/etc/systemd/system';
const ORDERS = '/srv/shop/orders';

describe.skipIf(why !== undefined)(`the delivered unit with its drop-in for backups (skipped: ${why})`, () => {
  let lab: Incus;
  let machine: Instance;
  let fleet: Fleet;
  let relay: Awaited<ReturnType<typeof relayTo>>;

  beforeAll(async () => {
    lab = await openIncus();
    machine = await lab.launch('unit');
    const settings = ['--bind', '127.0.0.1', lab.gateway, '--protected-mode', 'no'];
    fleet = await launchFleet({ nodes: ['unit'], redis: { settings } });
    relay = await relayTo(new URL(fleet.door.url), lab.gateway);
    await installProgram(machine);
    await machine.push({ file: '/usr/bin/restic' }, '/usr/bin/restic', '0755');
    await machine.exec(['useradd', '--system', '--home-dir', '/var/lib/nightguard', 'nightguard']);
    await machine.push({ file: join(SYSTEMD, UNIT) }, `${UNITS}/${UNIT}`);
    await machine.push({ file: join(SYSTEMD, `${UNIT}.d/backup.conf`) }, `${UNITS}/${UNIT}.d/backup.conf`);
    const { node, hub } = JSON.parse(await readFile(join(fleet.folder, 'unit', 'nightguard.yaml'), 'utf8'));
    const backup = {
      passwordFile: `/run/credentials/${UNIT}/restic`,
      destinations: { disk: { kind: 'path', path: '/mnt/backup/repository' } },
      sets: { shop: { paths: ['/srv/shop'] } },
    };
    const policy = [{ operations: ['*'], targets: ['*'], require: { selfApproval: true } }];
    const config = { node: { ...node, disks: ['/'], workloads: {}, policy, backup }, hub: { ...hub, url: relay.url } };
    await machine.push({ text: JSON.stringify(config) }, '/etc/nightguard/nightguard.yaml', '0600');
    await machine.push(
      { text: fleet.redis.url.replace('127.0.0.1', lab.gateway) },
      '/etc/nightguard/redis-url',
      '0600',
    );
    await machine.push({ text: 'correct horse battery staple\n' }, '/etc/nightguard/restic', '0600');
    await machine.push(
      { file: join(fleet.folder, 'unit', 'keys', 'node.json') },
      '/var/lib/nightguard/keys/node.json',
      '0600',
    );
    await machine.push({ text: 'good' }, ORDERS, '0600');
    const own = ['chown', '-R', 'nightguard:nightguard', '/var/lib/nightguard', '/etc/nightguard/nightguard.yaml'];
    await machine.exec([
      'sh',
      '-c',
      `${own.join(' ')} && chown 33:34 ${ORDERS} && chmod 4750 ${ORDERS} && mkdir -p /mnt/backup`,
    ]);
    await machine.exec(['systemctl', 'daemon-reload']);
    await fleet.hub();
  }, OPENING_MS);

  afterAll(async () => {
    await fleet?.close();
    await relay?.close();
    await lab?.close();
  }, OPENING_MS);

  test('lets an agent that is not root save what others own, and put it back as theirs', {
    timeout: PATIENCE_MS,
  }, async () => {
    await machine.exec(['systemctl', 'start', UNIT]);
    await waitUntil(async () => (await fleet.ledger.beacons(['unit']))[0], {
      ...{ withinMs: PATIENCE_MS, everyMs: 50, what: 'the beacon of the service' },
    });
    const ada = fleet.chat();
    await ada.press(yes(await asked(ada, '/backup unit shop')));
    await ada.until(/✅ unit · shop saved to disk in /, PATIENCE_MS);
    await machine.exec(['sh', '-c', `echo damaged > ${ORDERS}; chown root:root ${ORDERS}; chmod 644 ${ORDERS}`]);
    await ada.press(yes(await asked(ada, '/restore unit shop')));
    await ada.until(/✅ unit · shop restored in /, PATIENCE_MS);
    expect(await machine.exec(['sh', '-c', `stat -c '%u:%g %a' ${ORDERS}; cat ${ORDERS}`])).toBe('33:34 4750\ngood');
  });
});
