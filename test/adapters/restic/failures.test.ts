import { expect, test } from 'vitest';
import type { CommandResult } from '#src/adapters/command.ts';
import { endingOf } from '#src/adapters/restic/failures.ts';
import { abilitiesOf } from '#src/adapters/restic/version.ts';

const exit = (exitCode: number, stderr = ''): CommandResult => ({
  ...{ ended: 'exit', exitCode, stdout: '', stderr, reason: undefined },
});

test('an exit code of 0 is done, 3 is incomplete', () => {
  expect(endingOf(exit(0), 'nas', 1000)).toBe('done');
  expect(endingOf(exit(3), 'nas', 1000)).toBe('incomplete');
});

test('an sftp session that did not start and said nothing may be somebody who is not let in', () => {
  const said = 'Fatal: unable to open repository at sftp:b@h:/r: unable to start the sftp session, error: EOF';
  expect(failureOf(exit(1, said))).toMatchObject({
    ...{ code: 'backup-unreachable', message: expect.stringContaining('does it let this node in? Try again.') },
  });
  expect(failureOf(exit(1, `subprocess ssh: connect to host h: Connection refused\n${said}`))).toMatchObject({
    message: 'The repository nas cannot be reached. Is it up, and is the network? Try again.',
  });
});

test.each([
  [10, '', 'backup-no-repository'],
  [11, '', 'backup-locked'],
  [12, '', 'backup-password'],
  [130, '', 'backup-cancelled'],
  [1, 'Fatal: wrong password or no key found', 'backup-password'],
  [1, 'unable to create lock in backend: repository is already locked by PID 7 on box by root', 'backup-locked'],
  [1, 'Save(<data/ab>) returned error: write /r/tmp: no space left on device', 'backup-full'],
  [1, 'Fatal: unable to open config file: dial tcp 10.0.0.1:9000: connect: connection refused', 'backup-unreachable'],
  [
    1,
    'Fatal: unable to open config file: stat /r/config: no such file\nIs there a repository at the following location?\n/r',
    'backup-no-repository',
  ],
  [
    1,
    'Fatal: unable to open config file: client.Head: Head "http://h:9/config": dial tcp 10.0.0.1:9: connect: connection refused\nIs there a repository at the following location?\nrest:http://h:9/',
    'backup-unreachable',
  ],
  [1, 'subprocess ssh: Host key verification failed.\nFatal: unable to start the sftp session', 'backup-unreachable'],
  [
    1,
    'Fatal: unable to open config file: unexpected HTTP response (401): 401 Unauthorized\nIs there a repository at the following location?',
    'backup-refused',
  ],
  [1, 'subprocess ssh: b@h: Permission denied (publickey).\nFatal: unable to start the sftp session', 'backup-refused'],
  [
    1,
    'Fatal: unable to open config file: The Access Key Id you provided does not exist: InvalidAccessKeyId',
    'backup-refused',
  ],
  [1, 'unable to create lock in backend: open /r/locks/ab-tmp-1: no space left on device', 'backup-full'],
  [
    1,
    'unable to create lock in backend: Post "http://h/locks/": dial tcp: connect: no route to host',
    'backup-unreachable',
  ],
  [1, 'Fatal: repository does not exist: unable to open config file', 'backup-no-repository'],
  [1, 'Fatal: all target directories/files do not exist', 'backup-no-data'],
  [1, 'Fatal: all source directories/files do not exist', 'backup-no-data'],
  [1, 'Load(<data/ab>): ciphertext verification failed', 'backup-damaged'],
  [1, 'Fatal: something new', 'restic'],
  [2, '', 'restic'],
  [77, '', 'restic'],
])('%i with "%s" is %s', (code, stderr, problem) => {
  const failure = failureOf(exit(code, stderr));
  expect(failure).toMatchObject({ code: problem });
  expect(failure).toHaveProperty('message', expect.stringMatching(/\.$|\/[a-z_]+$/));
});

test('what has no space while it writes here is this machine, but for a lock that it cannot set', () => {
  const here = (said: string) => () => endingOf(exit(1, said), 'nas', 1000, true);
  expect(here('write /srv/.nightguard-stage-1/a: no space left on device')).toThrow(
    expect.objectContaining({ code: 'no-space', message: expect.stringContaining('on this machine') }),
  );
  expect(here('unable to create lock in backend: no space left on device')).toThrow(
    expect.objectContaining({ code: 'backup-full' }),
  );
});

test('a lock is told with who holds it', () => {
  const said =
    'unable to create lock in backend: repository is already locked exclusively by PID 18366 on vm by root (UID 0, GID 0)\nlock was created at 2026-11-21 10:41:14 (1.9s ago)\n';
  expect(failureOf(exit(1, said))).toHaveProperty(
    'message',
    'The repository nas is locked by process 18366 on vm for 1.9s. Wait for it, or if nothing works on it: /backup_unlock',
  );
});

test('a killed restic is a failure, whatever it said', () => {
  expect(failureOf({ ...exit(0), ended: 'signal', exitCode: undefined, reason: 'SIGKILL' })).toMatchObject({
    message: 'restic was killed by SIGKILL.',
  });
});

test('versions tell what they can do, and too old ones are refused', () => {
  expect(abilitiesOf('restic 0.14.0 compiled with go1.19.8 on linux/amd64')).toEqual({
    ...{ version: '0.14.0', sparse: false, codes: false },
  });
  expect(abilitiesOf('restic 0.18.1 (v0.18.1) compiled')).toMatchObject({ sparse: true, codes: true });
  expect(abilitiesOf('restic 1.0.0 compiled')).toMatchObject({ sparse: true, codes: true });
  expect(() => abilitiesOf('restic 0.12.1 compiled with go1.17')).toThrow(
    /needs restic 0\.14 or newer, here is 0\.12\.1/,
  );
  expect(() => abilitiesOf('rclone v1')).toThrow(/something else/);
});

function failureOf(result: CommandResult): unknown {
  try {
    endingOf(result, 'nas', 1000);
    return undefined;
  } catch (error) {
    return error;
  }
}
