import { expect, test } from 'vitest';
import { IDLE, program } from '../processes.ts';
import { patience, until } from '../temporary.ts';
import { makeProcesses } from './made.ts';

const FAMILY = `import { spawn } from 'node:child_process';
  spawn(process.execPath, ['-e', "console.log('child'); setInterval(() => {}, 1000)"], { stdio: 'inherit' });
  ${IDLE}`;

test('one that is busy shows the CPU it takes, and its memory', async () => {
  const { workloads } = await makeProcesses({ busy: { command: program('for (;;);') } });
  await workloads.open();
  // How much of a core it gets is for the machine to say; an idle one gets next to none.
  await until(async () => ((await usage('busy')).cpuPercent ?? 0) > 10, 'it to be busy');
  expect((await usage('busy')).memoryBytes).toBeGreaterThan(10_000_000);

  async function usage(name: string) {
    return (await workloads.inspect(name, patience())).usage;
  }
});

test('its children count as well', async () => {
  const { workloads } = await makeProcesses({ family: { command: program(FAMILY) } });
  await workloads.open();
  await until(async () => (await workloads.logs('family', { lines: 1 }, patience())).includes('child'), 'the child');
  expect((await workloads.inspect('family', patience())).usage.pids).toBe(2);
});

test('how it is run is told without its arguments and without what its addresses carry', async () => {
  const { workloads, stateDir } = await makeProcesses({
    web: {
      command: program(IDLE, '--token=abc'),
      cwd: '/tmp',
      port: 'auto',
      health: 'http://ada:secret@127.0.0.1:9/up?key=abc',
      startTimeout: '1m',
    },
  });
  await workloads.open();
  const { about, workload } = await workloads.inspect('web', patience());
  expect(about).toEqual([
    { label: 'Program', value: `${process.execPath} with 4 arguments` },
    { label: 'Folder', value: '/tmp' },
    { label: 'Port', value: 'a free one at each start' },
    { label: 'Health check', value: 'http://127.0.0.1:9/up' },
    { label: 'Time to start', value: '1 min' },
    { label: 'Time to stop', value: '10 s' },
    { label: 'Log', value: `${stateDir}/web.log` },
  ]);
  expect(workload.detail).not.toMatch(/secret|abc/);
});
