import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createErrands } from '#src/adapters/errand/errands.ts';
import { createManager } from '#src/adapters/errand/manager.ts';
import { SHOWN } from '#src/adapters/errand/shown.ts';
import { createLinuxTable } from '#src/adapters/process/linuxTable.ts';
import { recorder } from '../systemd/recorded.ts';
import { patience, temporaryFolder } from '../temporary.ts';
import { silent } from './silent.ts';

const SHOW = ['systemctl', '--no-ask-password', '--no-pager', 'show'];
const UTF8 = { LC_ALL: 'C.UTF-8' };
const UNIT = 'nightguard-job1-act-1';

/** What `systemctl show` prints of a unit, as systemd 252 does. */
function unit(otherwise: Record<string, string> = {}): string {
  const seen = {
    ...{ Result: 'success', ExecMainCode: '1', ExecMainStatus: '0', Description: 'Nightguard: systemctl' },
    ...{ LoadState: 'loaded', ActiveState: 'active', ...otherwise },
  };
  return Object.entries(seen)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

async function setUp(shown: () => string, uid = 0) {
  const folder = await temporaryFolder();
  const { command, calls } = recorder((argv) => {
    if (argv.includes('--property=Version')) return 'Version=252\n';
    return argv.includes('show') ? shown() : undefined;
  });
  const manager = createManager({ command, uid, booted: () => true });
  const make = () => createErrands({ command, folder, manager, log: silent, table: createLinuxTable() });
  const options = { timeoutMs: 9000, env: { LC_ALL: 'C' }, cwd: '/srv', stopSignal: 'SIGINT', graceMs: 4000 } as const;
  const argv = ['restart', '--', 'web.service'];
  const run = () => {
    const errands = make();
    return errands.during('job1', 'act', () => errands.lasting.run('systemctl', argv, options, patience()));
  };
  return { folder, calls, make, run, options, argv };
}

test('a command of a step is a unit with its name, its limits and no more of an environment than it is given', async () => {
  const { folder, calls, make, options, argv } = await setUp(unit);
  const errands = make();
  const act = () => errands.lasting.run('systemctl', argv, options, patience());
  expect(await errands.during('job1', 'act', act)).toEqual({
    ...{ ended: 'exit', exitCode: 0, stdout: '', stderr: '', reason: undefined },
  });
  expect(calls).toEqual([
    { argv: [...SHOW, '--property=Version'], env: UTF8 },
    {
      argv: [
        ...['systemd-run', '--no-ask-password', '--quiet', `--unit=${UNIT}`],
        ...['--service-type=oneshot', '--remain-after-exit', '--description=Nightguard: systemctl'],
        ...['--property=TimeoutStartSec=9000ms', '--property=TimeoutStopSec=4000ms', '--property=KillSignal=SIGINT'],
        `--property=StandardOutput=file:${join(folder, UNIT)}.out`,
        `--property=StandardError=file:${join(folder, UNIT)}.err`,
        ...['--working-directory=/srv', '--setenv=LC_ALL=C'],
        ...['--', 'systemctl', 'restart', '--', 'web.service'],
      ],
      env: { ...UTF8, NIGHTGUARD_WORKLOAD: `errand job1 ${folder}` },
    },
    { argv: [...SHOW, SHOWN, '--', `${UNIT}.service`], env: UTF8 },
  ]);
});

test('a second command of the step has the next number, and what was read is forgotten with the job', async () => {
  const { folder, calls, make } = await setUp(unit);
  const errands = make();
  const run = () => errands.lasting.run('true', [], { timeoutMs: 9000 }, patience());
  await errands.during('job1', 'act', async () => [await run(), await run()]);
  expect(calls.flatMap(({ argv }) => argv.find((word) => word.startsWith('--unit=')) ?? [])).toEqual([
    `--unit=${UNIT}`,
    '--unit=nightguard-job1-act-2',
  ]);
  const names = await readdir(folder);
  expect(names.toSorted()).toEqual(
    ['.err', '.json', '.out'].flatMap((end) => [`${UNIT}${end}`, `nightguard-job1-act-2${end}`]).toSorted(),
  );
  calls.length = 0;
  await errands.forget('job1', patience());
  const systemctl = SHOW.slice(0, -1);
  expect(calls.map(({ argv }) => argv).slice(0, 3)).toEqual([
    [...SHOW, SHOWN, '--', `${UNIT}.service`],
    [...systemctl, 'stop', '--', `${UNIT}.service`],
    [...systemctl, 'reset-failed', '--', `${UNIT}.service`],
  ]);
  expect(await readdir(folder)).toEqual([]);
});

test('a user who is not root has its own systemd asked', async () => {
  const { calls, make } = await setUp(unit, 1007);
  const errands = make();
  await errands.during('job1', 'act', () => errands.lasting.run('true', [], { timeoutMs: 1 }, patience()));
  expect(calls.map(({ argv }) => argv.slice(0, 2))).toEqual([
    ['systemctl', '--user'],
    ['systemd-run', '--user'],
    ['systemctl', '--user'],
  ]);
  for (const { env } of calls) expect(env).toMatchObject({ XDG_RUNTIME_DIR: '/run/user/1007' });
});

test.each([
  ['failed', unit({ ActiveState: 'failed', Result: 'exit-code', ExecMainStatus: '4' }), { ended: 'exit', exitCode: 4 }],
  [
    'was killed',
    unit({ ActiveState: 'failed', Result: 'signal', ExecMainCode: '2', ExecMainStatus: '9' }),
    { ended: 'signal', reason: 'SIGKILL' },
  ],
  [
    'took too long',
    unit({ ActiveState: 'failed', Result: 'timeout', ExecMainCode: '2', ExecMainStatus: '15' }),
    { ended: 'timeout' },
  ],
  ['is not there', unit({ ActiveState: 'failed', Result: 'exit-code', ExecMainStatus: '203' }), { ended: 'missing' }],
  ['was not taken', unit({ LoadState: 'not-found', ActiveState: 'inactive', ExecMainCode: '0' }), { ended: 'missing' }],
])('one that %s ends as it would as a child', async (_, shown, result) => {
  const { run } = await setUp(() => shown);
  expect(await run()).toMatchObject(result);
});

test('outside of a step, and where it is spoken with, it is a child', async () => {
  const { calls, make } = await setUp(unit);
  const errands = make();
  await errands.lasting.run('true', ['1'], { timeoutMs: 1 }, patience());
  await errands.during('job1', 'act', () =>
    errands.lasting.run('true', ['2'], { timeoutMs: 1, input: 'x' }, patience()),
  );
  expect(calls.filter(({ argv }) => argv[0] === 'true').map(({ argv }) => argv[1])).toEqual(['1', '2']);
  expect(calls.filter(({ argv }) => argv[0] === 'systemd-run')).toEqual([]);
});

test.each([
  ['$HOME', {}],
  ['a;b', {}],
  ['%n', {}],
  ['"a"', {}],
  ['a\nb', {}],
  ['plain', { env: { WORD: 'a\\b' } }],
  ['plain', { cwd: "/srv/ada's" }],
])('systemd is given no word that it might change: %j %j', async (word, more) => {
  const { calls, make } = await setUp(unit);
  const errands = make();
  const run = () => errands.lasting.run('true', [word], { timeoutMs: 9000, ...more }, patience());
  await errands.during('job1', 'act', run);
  expect(calls.map(({ argv }) => argv)).toEqual([['true', word]]);
});

test('a command that never came has its name taken, so that it cannot come any more', async () => {
  let shown = unit();
  const isTaken = () => calls.some(({ argv }) => argv.includes('--description=Nightguard: withdrawn'));
  const { calls, make, run } = await setUp(() => (isTaken() ? unit({ Description: 'Nightguard: withdrawn' }) : shown));
  await run();
  calls.length = 0;
  shown = unit({ LoadState: 'not-found', ActiveState: 'inactive' });
  const settling = make();
  expect(await settling.settle('job1', 'act', patience())).toEqual([{ program: 'systemctl', state: 'never started' }]);
  expect(calls.find(({ argv }) => argv[0] === 'systemd-run')?.argv).toEqual([
    ...['systemd-run', '--no-ask-password', '--quiet', `--unit=${UNIT}`],
    ...['--service-type=oneshot', '--remain-after-exit', '--description=Nightguard: withdrawn', '--', 'true'],
  ]);
});
