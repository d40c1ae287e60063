import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { CommandResult } from '#src/adapters/command.ts';
import { createCommand } from '#src/adapters/command.ts';
import { patience } from '../temporary.ts';
import { failed, recorder, shown } from './recorded.ts';
import { makeUnits } from './units.ts';

// A minute and a half after the recorded unit started.
const NOW = () => 12_437_948.983 + 90_000;

async function look(printed: string, health?: string) {
  const { command } = recorder(() => printed);
  return makeUnits({ web: health === undefined ? {} : { health } }, command, NOW).get('web', patience());
}

test('a unit that runs, in full', async () => {
  expect(await look(shown())).toEqual({
    name: 'web',
    engine: 'systemd',
    state: 'running',
    expected: true,
    healthy: undefined,
    instance: '048c67792f48471499ff7f03df349236',
    forMs: 90_000,
    restarts: 0,
    detail: 'pid 83',
  });
});

describe('a unit that failed says why', () => {
  test.each([
    ['exit code 3', { Result: 'exit-code', ExecMainStatus: '3' }],
    ['exit code 203 (its program is not there or may not be executed)', { Result: 'exit-code', ExecMainStatus: '203' }],
    ['exit code 4; systemd gave up after 3 restarts', { Result: 'exit-code', ExecMainStatus: '4', NRestarts: '3' }],
    ['one of its start or stop commands failed', { Result: 'exit-code', ExecMainCode: '0' }],
    ['killed by SIGKILL', { Result: 'signal', ExecMainCode: '2', ExecMainStatus: '9' }],
    ['crashed with SIGSEGV, and left a core dump', { Result: 'core-dump', ExecMainCode: '3', ExecMainStatus: '11' }],
    ['killed because memory ran out (its limit is 67 MB)', { Result: 'oom-kill', ExecMainStatus: '9' }],
    ['killed because memory ran out', { Result: 'oom-kill', MemoryMax: 'infinity' }],
    ['it took longer to start or stop than its unit allows', { Result: 'timeout', ExecMainStatus: '15' }],
    ['its watchdog heard nothing from it', { Result: 'watchdog', ExecMainCode: '2', ExecMainStatus: '6' }],
    ['it was started too often in a short time (start limit)', { Result: 'start-limit-hit' }],
    ['it ended before it said that it is ready', { Result: 'protocol' }],
    ['systemd could not give it what its unit asks for', { Result: 'resources' }],
    ['some-new-result', { Result: 'some-new-result' }],
    [
      'its unit file cannot be read: Unit x.service has a bad unit file setting.',
      {
        ActiveState: 'inactive',
        LoadState: 'bad-setting',
        LoadError: 'org.freedesktop.systemd1.BadUnitSetting "Unit x.service has a bad unit file setting."',
      },
    ],
    [
      'starts again and again (exit code 4; restarts so far: 17)',
      {
        ActiveState: 'activating',
        SubState: 'auto-restart',
        Result: 'exit-code',
        ExecMainStatus: '4',
        NRestarts: '17',
      },
    ],
    [
      'exit code 4, systemd starts it again in a moment',
      { ActiveState: 'activating', SubState: 'auto-restart', Result: 'exit-code', ExecMainStatus: '4' },
    ],
  ])('%s', async (detail, properties) => {
    expect(await look(failed(properties))).toMatchObject({ state: 'failed', detail });
  });
});

describe('a unit in between', () => {
  test.each([
    ['running', 'pid 83, starting', { ActiveState: 'activating', SubState: 'start' }],
    ['running', 'pid 83, stopping', { ActiveState: 'deactivating', SubState: 'stop-sigterm' }],
    ['running', 'pid 83, reloading', { ActiveState: 'reloading', SubState: 'reload' }],
    ['running', 'pid 83', { LoadState: 'not-found' }],
    ['running', undefined, { SubState: 'exited', MainPID: '0' }],
    ['stopped', undefined, { ActiveState: 'inactive', SubState: 'dead', InvocationID: '' }],
    ['missing', 'there is no unit web.service', { ActiveState: 'inactive', LoadState: 'not-found' }],
    ['missing', 'web.service is masked', { ActiveState: 'inactive', LoadState: 'masked' }],
  ])('%s: %s', async (state, detail, properties) => {
    expect(await look(shown(properties))).toMatchObject({ state, detail });
  });

  test('whose health check does not answer is not unhealthy before its time is over', async () => {
    const nobody = 'http://127.0.0.1:1/health?token=x';
    const young = String(12_437_948_983 + 89_000_000);
    expect(await look(shown({ ActiveEnterTimestampMonotonic: young }), nobody)).toMatchObject({ healthy: undefined });
    expect(await look(shown(), nobody)).toMatchObject({
      healthy: false,
      detail: 'pid 83, /health: connection refused',
    });
  });
});

describe('limits', () => {
  test.each([
    ['1.500000s', 1.5],
    ['500ms', 0.5],
    ['1min 6.333000s', 66.333],
    ['infinity', undefined],
  ])('a quota of %s is %s cores', async (printed, cpus) => {
    const { command } = recorder(() => shown({ CPUQuotaPerSecUSec: printed }));
    const { limits } = await makeUnits({ web: {} }, command).inspect('web', patience());
    expect(limits.cpus).toBe(cpus);
  });

  test('without bounds are undefined, in the words of older systemds too', async () => {
    const none = { MemoryMax: '18446744073709551615', MemorySwapMax: '1000', MemoryLow: '0', TasksMax: 'infinity' };
    const { command } = recorder(() => shown(none));
    const { limits } = await makeUnits({ web: {} }, command).inspect('web', patience());
    expect(limits).toEqual({
      memoryBytes: undefined,
      reservedBytes: undefined,
      swapBytes: undefined,
      cpus: 0.5,
      pids: undefined,
    });
  });
});

describe('a systemd that does not answer', () => {
  test.each<[string, Partial<CommandResult>]>([
    [
      'there is no program systemctl',
      { ended: 'missing', exitCode: undefined, reason: 'there is no program systemctl' },
    ],
    ['systemd does not run here', { exitCode: 1, stderr: 'System has not been booted with systemd as init system.\n' }],
    ['systemd does not answer', { exitCode: 1, stderr: 'Failed to connect to bus: Host is down\n' }],
    ['did not answer within 10 s', { ended: 'timeout', exitCode: undefined }],
  ])('is told (%s)', async (words, result) => {
    const { command } = recorder(() => result);
    const workloads = makeUnits({ web: {} }, command);
    await expect(workloads.get('web', patience())).rejects.toMatchObject({
      code: 'engine',
      message: expect.stringContaining(words),
    });
    await expect(workloads.restart('web', { force: true }, patience())).rejects.toMatchObject({ code: 'engine' });
    expect(await workloads.list(patience())).toMatchObject([
      { name: 'web', state: 'unknown', expected: true, detail: expect.stringContaining(words) },
    ]);
  });

  test.skipIf(existsSync('/run/systemd/system'))('is what this machine has (skipped where systemd runs)', async () => {
    const workloads = makeUnits({ web: {} }, createCommand());
    await expect(workloads.get('web', patience())).rejects.toMatchObject({
      code: 'engine',
      message: expect.stringMatching(/^systemd does not run here.* Declare the workload with another engine\.$/),
    });
    expect(await workloads.list(patience())).toMatchObject([{ state: 'unknown' }]);
  });
});

test('a job that systemd does not finish in time ends the waiting', async () => {
  const { command } = recorder((argv) =>
    argv.includes('restart') ? { ended: 'timeout', exitCode: undefined } : shown(),
  );
  const workloads = makeUnits({ web: { startTimeout: '5s', stopTimeout: '10s' } }, command);
  await expect(workloads.restart('web', { force: false }, patience())).rejects.toMatchObject({
    code: 'engine',
    message: 'systemd still works on web.service after 20 s. Look at it there: systemctl status web.service',
  });
});
