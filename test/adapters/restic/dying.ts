import { join } from 'node:path';
import { makeVaults } from '../../fixtures/restic.ts';

/** A process that saves a dump which never ends, and leaves a file `poured` when most of what it has said so far was taken. */
const [, , folder = '', program] = process.argv;
const repository = (await makeVaults(folder, program)).at();
const marker = JSON.stringify(join(folder, 'poured'));
const said = `() => { require('node:fs').writeFileSync(${marker}, ''); setTimeout(() => {}, 60_000); }`;
const command = [process.execPath, '-e', `process.stdout.write('x'.repeat(4e6), ${said})`];
const source = { kind: 'stream', name: '/shop-orders', command } as const;
await repository.save({ source, host: 'alpha', tags: ['set:shop'] }, () => {}, AbortSignal.timeout(600_000));
