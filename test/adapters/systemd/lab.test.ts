import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Instance } from '../../fixtures/incus/instance.ts';
import type { Incus } from '../../fixtures/incus.ts';
import { OPENING_MS, openIncus, whyNoIncus } from '../../fixtures/incus.ts';

const why = whyNoIncus();

describe.skipIf(why !== undefined)(`a machine of the lab (skipped when Incus cannot run here: ${why})`, () => {
  let lab: Incus;
  let machine: Instance;

  beforeAll(async () => {
    lab = await openIncus();
    machine = await lab.launch('lab');
  }, OPENING_MS);

  afterAll(() => lab?.close(), OPENING_MS);

  test('runs our Node, and reaches a server of the test on the host', async () => {
    const server = createServer((socket) => socket.end('hello')).listen(0, lab.gateway);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    await machine.pushNode();
    expect(await machine.exec(['node', '--version'])).toBe(process.version);
    const source = `require('net').connect(${address.port}, '${lab.gateway}').pipe(process.stdout)`;
    expect(await machine.exec(['node', '--eval', source])).toBe('hello');
  });

  test('keeps its files when its plug is pulled', async () => {
    await machine.push({ text: 'kept\n' }, '/var/lib/new folder/file', '0600');
    await machine.exec(['sync']);
    await machine.stop();
    await machine.start();
    expect(await machine.exec(['cat', '/var/lib/new folder/file'])).toBe('kept');
    expect(await machine.exec(['stat', '--format=%a', '/var/lib/new folder/file'])).toBe('600');
  });
});
