import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openPolicyFile } from '#src/agent/policy/file.ts';
import { ownUser } from '#src/agent/policy/guard.ts';
import { temporaryFolder } from '../../adapters/temporary.ts';
import type { Answer, Request } from './reader.ts';

const NOBODY = 65_534;
const RULES = 'rules: [{ operations: [restart, logs] }]\n';
const isRoot = ownUser() === 0;

/** A folder that belongs to whoever runs the tests, with a policy file that only they can change. */
async function made(text = RULES) {
  const folder = await temporaryFolder();
  await chmod(folder, 0o755);
  const file = join(folder, 'policy.yaml');
  await writeFile(file, text, { mode: 0o644 });
  return { folder, file };
}

/** An agent's eyes: a process of an ordinary user, which is answered one request at a time. */
async function reader(): Promise<(request: Request) => Promise<Answer>> {
  const child = fork(new URL('./reader.ts', import.meta.url), { execArgv: [] });
  onTestFinished(async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  await once(child, 'message');
  return async (request) => {
    const answered = once(child, 'message');
    child.send(request);
    const [answer] = await answered;
    return answer as Answer;
  };
}

describe.skipIf(!isRoot)('a policy file that changes while the agent runs (as root)', () => {
  test('is read again before the next order, also when it was replaced', async () => {
    const { folder, file } = await made();
    const tell = await reader();
    const { hash } = await tell({ open: file });
    expect(await tell({ ask: 'restart' })).toEqual({ hash, changes: [] });
    await writeFile(join(folder, 'new'), 'rules: [{ operations: [logs] }]', { mode: 0o644 });
    await rename(join(folder, 'new'), file);
    expect(await tell({ ask: 'restart' })).toMatchObject({ why: 'no rule' });
    const { hash: now, changes } = await tell({ ask: 'logs' });
    expect(changes).toEqual([now]);
    expect(now).not.toBe(hash);
  });

  test('and does not hold any more refuses every change and says why; reads go on as before', async () => {
    const { file } = await made();
    const tell = await reader();
    const { hash } = await tell({ open: file });
    for (const broken of [
      () => writeFile(file, 'rules: ['),
      () => writeFile(file, 'rules: []\nrules: []'),
      () => chmod(file, 0o666),
      () => rm(file),
    ]) {
      await broken();
      const refused = await tell({ ask: 'restart' });
      expect(refused).toMatchObject({ why: 'file' });
      expect(refused.sentence).toContain(`does not hold, so nothing is changed there. ${file}`);
      expect(await tell({ ask: 'logs' })).toEqual({ hash, changes: [] });
    }
    await writeFile(file, RULES, { mode: 0o644 });
    expect(await tell({ ask: 'restart' })).toEqual({ hash, changes: [] });
  });

  test('a folder above it that others may write to from now on is noticed too', async () => {
    const { folder, file } = await made();
    const tell = await reader();
    await tell({ open: file });
    await chmod(folder, 0o777);
    expect(await tell({ ask: 'restart' })).toMatchObject({ why: 'file' });
  });
});

describe('a file that the agent could change is refused at the start', () => {
  test('its own, as anybody but root', async () => {
    const { file } = await made();
    const { uid } = await stat(file);
    const open = () =>
      openPolicyFile({ file, node: 'a', environment: 'dev', uid, log: pino({ level: 'silent' }), onChange: () => {} });
    if (uid === 0) expect(open().size).toBe(1);
    else
      expect(open).toThrow(expect.objectContaining({ code: 'policy', message: expect.stringContaining('chown root') }));
  });

  const cases: [string, (at: { folder: string; file: string }) => Promise<unknown>, string][] = [
    [
      'it belongs to the agent',
      ({ file }) => chown(file, NOBODY, 0),
      "belongs to the agent's own user. Run: chown root",
    ],
    ['its group may write', ({ file }) => chmod(file, 0o664), 'Run: chmod go-w'],
    ['all may write', ({ file }) => chmod(file, 0o646), 'Run: chmod go-w'],
    ['its folder belongs to the agent', ({ folder }) => chown(folder, NOBODY, 0), 'Run: chown root'],
    ['all may write to its folder', ({ folder }) => chmod(folder, 0o777), 'Run: chmod go-w'],
    ['the agent may not read it', ({ file }) => chmod(file, 0o600), 'chmod a+r'],
    ['it is not there', ({ file }) => rm(file), 'is not there. Write it as root'],
    [
      'it is a link',
      async ({ folder, file }) => {
        await rename(file, join(folder, 'real'));
        await symlink(join(folder, 'real'), file);
      },
      'is a link',
    ],
    [
      'it is a folder',
      async ({ file }) => {
        await rm(file);
        await mkdir(file);
      },
      'is not a regular file',
    ],
    [
      'it is a pipe',
      async ({ file }) => {
        await rm(file);
        await promisify(execFile)('mkfifo', [file]);
      },
      'is not a regular file',
    ],
    ['it is huge', ({ file }) => writeFile(file, '#'.repeat(16_385)), 'are allowed. Shorten it'],
    ['it is no text', ({ file }) => writeFile(file, Buffer.from([0xff, 0xfe, 0x00])), 'is not UTF-8'],
  ];
  test.skipIf(!isRoot).each(cases)('when %s (as root)', async (_, spoil, words) => {
    const at = await made();
    await spoil(at);
    const tell = await reader();
    expect(await tell({ open: at.file })).toMatchObject({ why: 'problem', sentence: expect.stringContaining(words) });
  });

  test.skipIf(!isRoot)('when a folder on the way is a link (as root)', async () => {
    const { folder } = await made();
    const other = await temporaryFolder();
    await chmod(other, 0o755);
    await symlink(folder, join(other, 'via'));
    const tell = await reader();
    const { sentence } = await tell({ open: join(other, 'via', 'policy.yaml') });
    expect(sentence).toContain('is a link. Write the path');
  });
});
