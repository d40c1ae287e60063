import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockState } from '#src/cli/lock.ts';
import { Problem } from '#src/kit/problem.ts';
import { temporaryFolder } from '../adapters/temporary.ts';

const LOCK = new URL('../../src/cli/lock.ts', import.meta.url).href;
const TAKE_AND_STAY = `
  const { lockState } = await import(process.argv[1]);
  const lock = lockState(process.argv[2]);
  process.stdout.write('taken');
  setInterval(() => lock, 1000);`;

test('a state folder is taken, and says by whom', async () => {
  const folder = await temporaryFolder();
  const lock = lockState(folder);
  expect(await readFile(join(folder, 'holder'), 'utf8')).toMatch(
    new RegExp(`^process ${process.pid}, started \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$`),
  );
  expect((await stat(join(folder, 'holder'))).mode & 0o777).toBe(0o600);
  lock.release();
});

test('a folder that is taken is refused with who has it', async () => {
  const folder = await temporaryFolder();
  const lock = lockState(folder);
  const holder = await readFile(join(folder, 'holder'), 'utf8');
  expect(() => lockState(folder)).toThrow(
    new Problem('locked', `${folder} is in use by ${holder}. Stop it, or set NIGHTGUARD_STATE to another folder.`),
  );
  expect(await readFile(join(folder, 'holder'), 'utf8')).toBe(holder);
  lock.release();
});

test('a folder that was released can be taken again, and a refusal in between changes nothing', async () => {
  const folder = await temporaryFolder();
  for (let round = 0; round < 3; round += 1) {
    const lock = lockState(folder);
    expect(() => lockState(folder)).toThrow('is in use by');
    lock.release();
  }
});

test('two folders are two locks', async () => {
  const locks = [lockState(await temporaryFolder()), lockState(await temporaryFolder())];
  for (const lock of locks) lock.release();
  expect(locks).toHaveLength(2);
});

test('a lock falls with its process, also at kill -9, and what it wrote does not hold others back', async () => {
  const folder = await temporaryFolder();
  const child = spawn(process.execPath, ['--input-type=module', '--eval', TAKE_AND_STAY, LOCK, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  expect(() => lockState(folder)).toThrow(`is in use by process ${child.pid}, started`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  lockState(folder).release();
});
