import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Command } from '#src/adapters/command.ts';
import type { Workloads } from '#src/operation/tools.ts';
import type { Instance } from '../../fixtures/incus/instance.ts';
import type { Incus } from '../../fixtures/incus.ts';
import { OPENING_MS, openIncus, whyNoIncus } from '../../fixtures/incus.ts';
import { patience, until } from '../temporary.ts';
import type { Specs } from './units.ts';
import { install, makeUnits } from './units.ts';

const why = whyNoIncus();
const IDLE = 'ExecStart=/bin/sleep 1000';
// It does not end when it is told to.
const STUBBORN = `ExecStart=/bin/sh -c 'trap "" TERM; echo ready; while :; do sleep 0.1; done'\nTimeoutStopSec=60`;
const LOOP = `[Unit]\nStartLimitIntervalSec=600\nStartLimitBurst=3\n[Service]\nExecStart=/bin/sh -c 'echo going; test -e /run/%p.fixed || exit 4; exec sleep 1000'\nRestart=always\nRestartSec=100ms\n`;

describe.skipIf(why !== undefined)(`a real systemd (skipped when Incus cannot run here: ${why})`, () => {
  let lab: Incus;
  let machine: Instance;

  beforeAll(async () => {
    lab = await openIncus();
    machine = await lab.launch('units');
  }, OPENING_MS);

  afterAll(() => lab?.close(), OPENING_MS);

  /** One unit of its own for the test, not yet started. */
  async function declare(service: string, spec: Specs[string] = {}): Promise<{ name: string; workloads: Workloads }> {
    const name = `unit-${randomUUID().slice(0, 8)}`;
    await install(machine, { [`${name}.service`]: service.startsWith('[') ? service : `[Service]\n${service}\n` });
    return { name, workloads: makeUnits({ [name]: spec }, machine.command) };
  }

  test('a unit killed with kill -9 has failed, by its signal', async () => {
    const { name, workloads } = await declare(IDLE);
    const { detail } = await workloads.start(name, patience());
    await machine.exec(['kill', '-9', /^pid (\d+)$/.exec(detail ?? '')?.[1] ?? '']);
    await untilState(workloads, name, 'failed');
    const seen = await workloads.get(name, patience());
    expect(seen).toMatchObject({ detail: 'killed by SIGKILL', healthy: undefined, instance: expect.any(String) });
    expect(seen.forMs).toBeLessThan(10_000);
  });

  test('a crash loop runs into the start limit, and a restart works once its cause is gone', async () => {
    const { name, workloads } = await declare(LOOP);
    await workloads.start(name, patience());
    await expect(workloads.settled(name, patience())).rejects.toMatchObject({
      code: 'unhealthy',
      message: expect.stringMatching(/exit code 4/),
      evidence: expect.stringContaining('going'),
    });
    await until(async () => (await workloads.get(name, patience())).detail?.includes('gave up') ?? false, 'the limit');
    expect(await workloads.get(name, patience())).toMatchObject({
      state: 'failed',
      detail: 'exit code 4; systemd gave up after 3 restarts',
      restarts: 3,
    });
    await machine.push({ text: '' }, `/run/${name}.fixed`);
    const restarted = await workloads.restart(name, { force: false }, patience());
    expect(restarted).toMatchObject({ state: 'running', restarts: 0 });
    expect(await workloads.settled(name, patience())).toMatchObject({ instance: restarted.instance });
  });

  test('one that waits to be started again has failed, and is started at once when asked', async () => {
    const { name, workloads } = await declare(
      "ExecStart=/bin/sh -c 'test -e /run/%p.fixed || exit 5; exec sleep 1000'\nRestart=always\nRestartSec=1h",
    );
    await workloads.start(name, patience());
    await untilState(workloads, name, 'failed');
    expect((await workloads.get(name, patience())).detail).toBe('exit code 5, systemd starts it again in a moment');
    await machine.push({ text: '' }, `/run/${name}.fixed`);
    expect(await workloads.start(name, patience())).toMatchObject({ state: 'running' });
  });

  test('many restarts in a row do not run into the start limit', async () => {
    const { name, workloads } = await declare(
      `[Unit]\nStartLimitIntervalSec=600\nStartLimitBurst=2\n[Service]\n${IDLE}\n`,
    );
    await workloads.start(name, patience());
    for (let i = 0; i < 4; i += 1)
      expect(await workloads.restart(name, { force: i % 2 === 0 }, patience())).toMatchObject({ state: 'running' });
  });

  test('a forced restart of one that restarts by itself gives one new instance', async () => {
    const { name, workloads } = await declare(`${STUBBORN}\nRestart=always\nRestartSec=50ms`);
    const before = await workloads.start(name, patience());
    const after = await workloads.restart(name, { force: true }, patience());
    expect(after).toMatchObject({ state: 'running' });
    expect(after.instance).not.toBe(before.instance);
    expect((await workloads.settled(name, patience())).instance).toBe(after.instance);
    await workloads.stop(name, { force: true }, patience());
  });

  test('a forced stop ends one that will not, and it stays stopped although its unit says Restart=always', async () => {
    const { name, workloads } = await declare(`${STUBBORN}\nRestart=always\nRestartSec=50ms`);
    await workloads.start(name, patience());
    const stopped = await workloads.stop(name, { force: true }, patience());
    expect(stopped).toMatchObject({ state: 'stopped', detail: undefined });
    expect(await machine.exec(['systemctl', 'show', '--property=Job,ActiveState', `${name}.service`])).toContain(
      'ActiveState=inactive',
    );
    expect(await workloads.start(name, patience())).toMatchObject({ state: 'running' });
    await workloads.stop(name, { force: true }, patience());
  });

  test('one whose program ends a wished stop with an odd code is stopped, not failed', async () => {
    const { name, workloads } = await declare(
      `ExecStart=/bin/sh -c 'trap "exit 143" TERM; while :; do sleep 0.1; done'`,
    );
    await workloads.start(name, patience());
    expect(await workloads.stop(name, { force: false }, patience())).toMatchObject({ state: 'stopped' });
  });

  test('a waiting caller may go, the restart is carried through', async () => {
    const { name, workloads } = await declare(
      `ExecStart=/bin/sh -c 'trap "until test -e /run/%p.may-end; do sleep 0.1; done; exit 0" TERM; echo up; while :; do sleep 0.1; done'`,
    );
    const before = await workloads.start(name, patience());
    await until(async () => (await workloads.logs(name, { lines: 1, grep: 'up' }, patience())) !== '', 'it to be up');
    const cancel = new AbortController();
    const restarting = workloads.restart(name, { force: false }, cancel.signal);
    const stops = async () => (await workloads.get(name, patience())).detail?.includes('stopping') ?? false;
    await until(stops, 'it to be stopping');
    cancel.abort();
    await expect(restarting).rejects.toThrow('aborted');
    await machine.push({ text: '' }, `/run/${name}.may-end`);
    const runsAnew = async () => {
      const { instance, detail } = await workloads.get(name, patience());
      return instance !== before.instance && detail !== undefined;
    };
    await until(runsAnew, 'the new instance');
  });

  test('limits and usage are those of the unit', async () => {
    // Only when it starts does systemd find out what can be counted, and the machine mounts that a little later.
    await machine.exec(['systemctl', 'daemon-reexec']);
    await until(async () => (await machine.exec(['systemctl', 'is-active', 'dbus'])) === 'active', 'systemd');
    const { name, workloads } = await declare(
      "ExecStart=/bin/sh -c 'while :; do :; done'\nMemoryMax=64M\nMemoryLow=16M\nMemorySwapMax=32M\nCPUQuota=150%\nTasksMax=20\nCPUAccounting=yes",
    );
    await workloads.start(name, patience());
    const { limits, usage, about } = await workloads.inspect(name, patience());
    const mebibyte = 1024 ** 2;
    expect(limits).toEqual({
      memoryBytes: 64 * mebibyte,
      reservedBytes: 16 * mebibyte,
      swapBytes: 96 * mebibyte,
      cpus: 1.5,
      pids: 20,
    });
    expect(usage.memoryBytes).toBeGreaterThan(50_000);
    expect(usage.pids).toBe(1);
    expect(usage.cpuPercent).toBeGreaterThan(5);
    expect(usage.cpuPercent).toBeLessThan(130);
    expect(about).toContainEqual({ label: 'Unit file', value: `/etc/systemd/system/${name}.service` });
    expect(about).toContainEqual({ label: 'Starts again by itself', value: 'no' });
    await workloads.stop(name, { force: true }, patience());
  });

  test('a unit that is not there or masked is missing, and says so when it is to start', async () => {
    await machine.exec(['ln', '-sf', '/dev/null', '/etc/systemd/system/hidden.service']);
    await machine.exec(['systemctl', 'daemon-reload']);
    const workloads = makeUnits({ nothing: {}, hidden: {} }, machine.command);
    expect(await workloads.list(patience())).toMatchObject([
      { name: 'nothing', state: 'missing', detail: 'there is no unit nothing.service' },
      { name: 'hidden', state: 'missing', detail: 'hidden.service is masked' },
    ]);
    await expect(workloads.start('nothing', patience())).rejects.toMatchObject({
      code: 'cannot-start',
      message:
        'nothing cannot start: there is no unit nothing.service here. Install its file, then: systemctl daemon-reload',
    });
    await expect(workloads.restart('hidden', { force: true }, patience())).rejects.toMatchObject({
      message: 'hidden cannot start: hidden.service is masked. Unmask it: systemctl unmask hidden.service',
    });
    await expect(workloads.settled('nothing', patience())).rejects.toMatchObject({ code: 'unhealthy' });
    expect(await workloads.stop('nothing', { force: true }, patience())).toMatchObject({ state: 'missing' });
  });

  test('one that does not start in time, or may not start, says why with its last words', async () => {
    const slow = await declare(
      "Type=notify\nTimeoutStartSec=1\nExecStart=/bin/sh -c 'echo warming up; exec sleep 100'",
    );
    await expect(slow.workloads.start(slow.name, patience())).rejects.toMatchObject({
      code: 'cannot-start',
      message: expect.stringContaining('because a timeout was exceeded'),
      evidence: expect.stringContaining('warming up'),
    });
    expect((await slow.workloads.get(slow.name, patience())).detail).toBe(
      'it took longer to start or stop than its unit allows',
    );
    const unmet = await declare(`[Unit]\nConditionPathExists=/nowhere\n[Service]\n${IDLE}\n`);
    await expect(unmet.workloads.start(unmet.name, patience())).rejects.toMatchObject({
      code: 'cannot-start',
      message: `${unmet.name} did not start: a condition in its unit does not hold. Read its log.`,
    });
  });

  test('long and many lines are read within bounds, in UTF-8', async () => {
    const { name, workloads } = await declare(
      `ExecStart=/bin/sh -c 'echo "größe ☃ first"; seq 25000 | while read i; do echo "row $$i"; done; echo end; exec sleep 1000'\nLogRateLimitIntervalSec=0`,
    );
    await workloads.start(name, patience());
    await until(async () => (await workloads.logs(name, { lines: 1, grep: 'end' }, patience())) !== '', 'all lines');
    const found = await workloads.logs(name, { lines: 50, grep: 'row 1000' }, patience());
    expect(found.split('\n')[0]).toBe('[only the last 20000 lines were searched]');
    expect(found).toMatch(/\n.*row 10000\n(.*row 1000\d\n){8}.*row 10009$/);
    expect(await workloads.logs(name, { lines: 3, grep: 'first' }, patience())).toBe(found.split('\n')[0]);
    expect(await workloads.logs(name, { lines: 2 }, patience())).toMatch(/^\S+ \S+: row 25000\n\S+ \S+: end$/);
    const other = await declare(`ExecStart=/bin/sh -c 'echo "größe ☃"; exec sleep 1000'`);
    await other.workloads.start(other.name, patience());
    await until(
      async () => (await other.workloads.logs(other.name, { lines: 9 }, patience())).includes('größe ☃'),
      'it',
    );
    expect(await other.workloads.logs(other.name, { lines: 9, sinceMs: 1 }, patience())).toBe('');
  });

  test('a unit of the user is run by the systemd of the user', async () => {
    const name = `own-${randomUUID().slice(0, 8)}`;
    await install(
      machine,
      { [`${name}.service`]: `[Service]\nExecStart=/bin/sh -c 'echo mine; exec sleep 1000'\n` },
      'user',
    );
    const workloads = makeUnits({ [name]: { user: true }, machine: { unit: 'dbus.service' } }, machine.command);
    await machine.exec(['loginctl', 'disable-linger', 'root']);
    const gone = async () => (await workloads.list(patience()))[0]?.state === 'unknown';
    await until(gone, 'the systemd of root to end');
    expect(await workloads.list(patience())).toMatchObject([
      { state: 'unknown', detail: expect.stringContaining('loginctl enable-linger 0') },
      { state: 'running' },
    ]);
    await expect(workloads.start(name, patience())).rejects.toMatchObject({ code: 'engine' });

    await machine.exec(['loginctl', 'enable-linger', 'root']);
    const back = async () => (await workloads.list(patience()))[0]?.state === 'stopped';
    await until(back, 'the systemd of root to be there');
    await workloads.start(name, patience());
    const settled = await workloads.settled(name, patience());
    expect(settled).toMatchObject({ state: 'running', instance: expect.any(String) });
    expect(await workloads.logs(name, { lines: 5 }, patience())).toContain('mine');
    const { about } = await workloads.inspect(name, patience());
    expect(about).toContainEqual({ label: 'Unit', value: `${name}.service of the user` });
    expect(await workloads.stop(name, { force: false }, patience())).toMatchObject({ state: 'stopped' });
  });

  test('a user without rights reads, but neither changes nor sees the journal, and hears what it would need', async () => {
    const { name, workloads } = await declare(IDLE);
    const { instance } = await workloads.start(name, patience());
    const poor = makeUnits({ [name]: {} }, asNobody(machine.command));
    expect(await poor.get(name, patience())).toMatchObject({ state: 'running', instance });
    for (const act of [poor.restart(name, { force: false }, patience()), poor.stop(name, { force: true }, patience())])
      await expect(act).rejects.toMatchObject({
        code: 'engine',
        message: expect.stringMatching(/does not let this agent's user .* polkit/),
      });
    await expect(poor.logs(name, { lines: 3 }, patience())).rejects.toMatchObject({
      code: 'engine',
      message: expect.stringContaining('systemd-journal'),
    });
    expect((await workloads.get(name, patience())).instance).toBe(instance);
  });

  async function untilState(workloads: Workloads, name: string, state: string): Promise<void> {
    await until(async () => (await workloads.get(name, patience())).state === state, `${name} to be ${state}`);
  }
});

/** The same machine, seen by a user who may do nothing. */
function asNobody(command: Command): Command {
  return {
    run: (file, argv, options, signal) =>
      command.run(
        'setpriv',
        ['--reuid=65534', '--regid=65534', '--clear-groups', '--', file, ...argv],
        options,
        signal,
      ),
  };
}
