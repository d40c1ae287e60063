import { expect, test } from 'vitest';
import type { CommandResult } from '#src/adapters/command.ts';
import { endingOf } from '#src/adapters/restic/failures.ts';
import { abilitiesOf } from '#src/adapters/restic/version.ts';

const exit = (exitCode: number, stderr = ''): CommandResult => ({
  ...{ ended: 'exit', exitCode, stdout: '', stderr, reason: undefined },
});

test('an exit code of 0 is done, 3 is incomplete', () => {
  expect(endingOf(exit(0), 'nas', { timeoutMs: 1000 })).toBe('done');
  expect(endingOf(exit(3), 'nas', { timeoutMs: 1000 })).toBe('incomplete');
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

const LOST = 'error loading index 0a27: ';
const OPEN = 'open /r/index/0a27: permission denied';

test.each([
  ['a proxy', 1, `${LOST}unexpected HTTP response (502): 502 Bad Gateway`, 'backup-unreachable'],
  ['a busy server', 1, `${LOST}load <index/0a27>: server response: 429 Too Many Requests (429)`, 'backup-unreachable'],
  [
    'a bucket that is busy',
    1,
    `pack ab: failed: 503 Service Unavailable\nrepository contains errors`,
    'backup-unreachable',
  ],
  ['a line that broke', 1, `${LOST}Load: unexpected EOF`, 'backup-unreachable'],
  [
    'a repository not asked for',
    1,
    'unable to open config file: unexpected HTTP response (502): 502 Bad Gateway\nIs there a repository at the following location?',
    'backup-unreachable',
  ],
  [
    'a proxy that told of none',
    10,
    'Stat(<config/>) returned error, retrying after 1s: unexpected HTTP response (503): 503',
    'backup-unreachable',
  ],
  [
    'an end without a word of it',
    1,
    'Fatal: List failed, server response: 502 Bad Gateway (502)',
    'backup-unreachable',
  ],
  [
    'an index of somebody else',
    1,
    `Load(<index/0a27>, 0, 0) failed: ${OPEN}\n${LOST}${OPEN}\nThe repository index is damaged`,
    'backup-unreadable',
  ],
  [
    'locks of somebody else',
    1,
    'Save(<lock/72c6>) returned error, retrying after 5.6s: open /r/locks/72c6: permission denied\nunable to create lock in backend',
    'backup-refused',
  ],
  [
    'damage beside a proxy',
    1,
    `${LOST}unexpected HTTP response (502): 502\nPack ID does not match id`,
    'backup-damaged',
  ],
  [
    'data that were right at the second try',
    1,
    `Load(<data/ab>) returned error, retrying after 1s: invalid data returned\n${LOST}dial tcp: i/o timeout`,
    'backup-unreachable',
  ],
  ['a source that nobody may read', 1, 'error: open /srv/secret: permission denied\nFatal: something new', 'restic'],
])('%s is no damage, and nothing else that it is not', (_, code, stderr, problem) => {
  expect(failureOf(exit(code, stderr), { isFar: true })).toMatchObject({ code: problem });
});

test('in a folder of this machine an end that comes too soon is damage, and a check finds no other reason', () => {
  expect(failureOf(exit(1, `${LOST}unexpected EOF`))).toMatchObject({ code: 'backup-damaged' });
  const check = { isFar: true, isCheck: true };
  expect(failureOf(exit(1, 'Fatal: something new'), check)).toMatchObject({ code: 'backup-damaged' });
  const blink =
    'Load(<data/ab>) returned error, retrying after 9s: unexpected HTTP response (500): 500\nFatal: something new';
  expect(failureOf(exit(1, blink), check)).toMatchObject({ code: 'backup-unreachable' });
});

test('who is not let in looks at credentials, and in a folder of this machine at its owner', () => {
  const read = exit(1, `${LOST}${OPEN}`);
  const credentials = expect.stringContaining('credentials');
  expect(failureOf(read, { isFar: true })).toHaveProperty('message', credentials);
  expect(failureOf(read)).toHaveProperty(
    'message',
    'This node may not read all of the repository nas. Look at whom its files belong to, and at their rights, then: /backup_check',
  );
  const write = exit(1, 'unable to create lock in backend: open /r/locks/0a27: permission denied');
  expect(failureOf(write, { isFar: true })).toHaveProperty('message', credentials);
  expect(failureOf(write)).toHaveProperty(
    'message',
    'The repository nas does not let this node open it, or write to it. Look at whom its files belong to, and at their rights.',
  );
});

test('what has no space while it writes here is this machine, but for a lock that it cannot set', () => {
  const here = (said: string) => () => endingOf(exit(1, said), 'nas', { timeoutMs: 1000, writesHere: true });
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

function failureOf(result: CommandResult, how: Partial<Parameters<typeof endingOf>[2]> = {}): unknown {
  try {
    endingOf(result, 'nas', { timeoutMs: 1000, ...how });
    return undefined;
  } catch (error) {
    return error;
  }
}
