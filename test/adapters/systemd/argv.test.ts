import { expect, test } from 'vitest';
import { PROPERTIES } from '#src/adapters/systemd/reading.ts';
import { patience } from '../temporary.ts';
import { recorder, shown } from './recorded.ts';
import { makeUnits } from './units.ts';

const SYSTEMCTL = ['systemctl', '--no-ask-password', '--no-pager'];
const SHOW = [...SYSTEMCTL, 'show', PROPERTIES, '--', 'web.service'];
const UTF8 = { LC_ALL: 'C.UTF-8' };

test('a list is one question, however many units there are', async () => {
  const { command, calls } = recorder(() => `${shown()}\n${shown({ Id: 'db.service' })}`);
  const list = await makeUnits({ web: {}, shop: { unit: 'db.service' } }, command).list(patience());
  expect(list.map(({ name, state }) => [name, state])).toEqual([
    ['web', 'running'],
    ['shop', 'running'],
  ]);
  expect(calls).toEqual([{ argv: [...SHOW, 'db.service'], env: UTF8 }]);
  expect(PROPERTIES).toMatch(/^--property=Id,[A-Za-z,]+$/);
  expect(PROPERTIES).not.toContain('Environment');
});

test('units of the user are asked of their own systemd, and come where the configuration has them', async () => {
  const { command, calls } = recorder((argv) => shown({ Id: argv.at(-1) ?? '' }));
  const list = await makeUnits({ own: { user: true }, web: {} }, command).list(patience());
  expect(list.map(({ name }) => name)).toEqual(['own', 'web']);
  expect(calls).toContainEqual({
    argv: ['systemctl', '--user', ...SYSTEMCTL.slice(1), 'show', PROPERTIES, '--', 'own.service'],
    env: { ...UTF8, XDG_RUNTIME_DIR: `/run/user/${process.getuid?.()}` },
  });
  expect(calls).toContainEqual({ argv: SHOW, env: UTF8 });
});

test('a restart forgets earlier failures first', async () => {
  const { command, calls } = recorder(() => shown());
  await makeUnits({ web: {} }, command).restart('web', { force: false }, patience());
  expect(calls.map(({ argv }) => argv)).toEqual([
    SHOW,
    [...SYSTEMCTL, 'reset-failed', '--', 'web.service'],
    [...SYSTEMCTL, 'restart', '--', 'web.service'],
    SHOW,
  ]);
});

test('a forced restart tells systemd of it before it kills', async () => {
  const { command, calls } = recorder(() => shown());
  await makeUnits({ web: {} }, command).restart('web', { force: true }, patience());
  expect(calls.map(({ argv }) => argv)).toEqual([
    SHOW,
    [...SYSTEMCTL, 'reset-failed', '--', 'web.service'],
    [...SYSTEMCTL, 'restart', '--no-block', '--', 'web.service'],
    SHOW,
    [...SYSTEMCTL, 'kill', '--signal=KILL', '--', 'web.service'],
    [...SYSTEMCTL, 'start', '--', 'web.service'],
    SHOW,
  ]);
});

test('a forced restart kills nothing new', async () => {
  const { command, calls } = recorder(() => {
    const restarted = calls.some(({ argv }) => argv.includes('--no-block'));
    return shown(restarted ? { InvocationID: 'another' } : {});
  });
  const { instance } = await makeUnits({ web: {} }, command).restart('web', { force: true }, patience());
  expect(instance).toBe('another');
  expect(calls.filter(({ argv }) => argv.includes('kill'))).toEqual([]);
});

test('a forced stop tells systemd of it before it kills', async () => {
  const { command, calls } = recorder(() => shown());
  await makeUnits({ web: {} }, command).stop('web', { force: true }, patience());
  expect(calls.map(({ argv }) => argv).filter((argv) => !argv.includes('show'))).toEqual([
    [...SYSTEMCTL, 'stop', '--no-block', '--', 'web.service'],
    [...SYSTEMCTL, 'kill', '--signal=KILL', '--', 'web.service'],
    [...SYSTEMCTL, 'stop', '--', 'web.service'],
  ]);
});

test('what runs is not started, and what does not run is not stopped', async () => {
  const runs = recorder(() => shown());
  await makeUnits({ web: {} }, runs.command).start('web', patience());
  expect(runs.calls.map(({ argv }) => argv)).toEqual([SHOW]);
  const rests = recorder(() => shown({ ActiveState: 'inactive', SubState: 'dead' }));
  await makeUnits({ web: {} }, rests.command).stop('web', { force: true }, patience());
  expect(rests.calls.map(({ argv }) => argv)).toEqual([SHOW]);
});

test('the journal is asked for so many lines, since a time, and never for a pattern', async () => {
  const journalctl = ['journalctl', '--no-pager', '--no-hostname', '--all', '--output=short-iso'];
  const { command, calls } = recorder(() => '-- Boot 1f --\n2026-11-21T07:29:28+0000 sh[9]: a.b\n');
  const workloads = makeUnits({ web: {}, own: { user: true } }, command);
  expect(await workloads.logs('web', { lines: 7, sinceMs: 90_000 }, patience())).toBe(
    '2026-11-21T07:29:28+0000 sh[9]: a.b',
  );
  expect(await workloads.logs('own', { lines: 7, grep: 'a*b' }, patience())).toBe('');
  expect(calls.map(({ argv }) => argv)).toEqual([
    [...journalctl, '--lines=7', '--since=-90000ms', '--unit=web.service'],
    [...journalctl, '--lines=20000', '--user-unit=own.service'],
  ]);
});

test('a journal of very long lines is asked for fewer', async () => {
  const { command, calls } = recorder((argv) =>
    argv.includes('--lines=1250') ? 'the last\n' : { ended: 'overflow', exitCode: undefined, stdout: 'the first\n' },
  );
  const found = await makeUnits({ web: {} }, command).logs('web', { lines: 5, grep: 'the' }, patience());
  expect(found).toBe('the last');
  expect(calls).toHaveLength(3);
});
