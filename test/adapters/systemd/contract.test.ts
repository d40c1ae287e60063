import { afterAll, beforeAll, describe } from 'vitest';
import type { Instance } from '../../fixtures/incus/instance.ts';
import type { Incus } from '../../fixtures/incus.ts';
import { OPENING_MS, openIncus, whyNoIncus } from '../../fixtures/incus.ts';
import { HIDDEN, testWorkloads } from '../workloads.contract.ts';
import { install, makeUnits } from './units.ts';

const why = whyNoIncus();

// Templates: every test has units of its own, with a journal of their own.
const UNITS = {
  'web@.service': `[Service]\nEnvironment=PASSWORD=${HIDDEN}\nExecStart=/bin/busybox httpd -f -p 80%i -h /srv/www\n`,
  'plain@.service': `[Service]\nExecStart=/bin/sh -c 'for i in $$(seq 50); do echo line $$i; done; exec sleep 1000'\n`,
  'sick@.service': `[Service]\nExecStart=/bin/sh -c 'echo no database; exec sleep 1000'\n`,
  'broken@.service': `[Service]\nExecStart=/bin/sh -c 'echo no licence; exit 3'\n`,
};

describe.skipIf(why !== undefined)(`in a machine with systemd (skipped when Incus cannot run here: ${why})`, () => {
  let lab: Incus;
  let machine: Instance;
  let round = 10;

  beforeAll(async () => {
    lab = await openIncus();
    machine = await lab.launch('contract');
    await machine.push({ text: 'fine\n' }, '/srv/www/health');
    await install(machine, UNITS);
  }, OPENING_MS);

  afterAll(() => lab?.close(), OPENING_MS);

  testWorkloads('units of systemd', async () => {
    round += 1;
    const specs = {
      web: { unit: `web@${round}.service`, health: `http://${machine.address}:80${round}/health` },
      plain: { unit: `plain@${round}.service` },
      sick: { unit: `sick@${round}.service`, health: `http://${machine.address}:9/health`, startTimeout: '1500ms' },
      broken: { unit: `broken@${round}.service` },
    };
    const units = Object.values(specs).map(({ unit }) => unit);
    await machine.exec(['systemctl', 'start', ...units]);
    const dispose = async () => void (await machine.exec(['systemctl', 'stop', ...units]));
    return { workloads: makeUnits(specs, machine.command), dispose };
  });
});
