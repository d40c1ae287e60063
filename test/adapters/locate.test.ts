import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createCommand } from '#src/adapters/command.ts';
import { locate } from '#src/adapters/locate.ts';
import { temporaryFolder } from './temporary.ts';

test('a program is found in the first absolute folder of PATH that has it, and in no other kind of folder', async () => {
  const [first, second] = [await temporaryFolder(), await temporaryFolder()];
  for (const folder of [first, second]) await writeFile(join(folder, 'tool'), '#!/bin/sh\n', { mode: 0o755 });
  await writeFile(join(first, 'notes'), 'no program', { mode: 0o644 });
  expect(await locate('tool', `.:node_modules/.bin::${first}:${second}`)).toBe(join(first, 'tool'));
  await chmod(join(first, 'tool'), 0o644);
  expect(await locate('tool', `${first}:${second}`), 'one that may not be run, also for root').toBe(
    join(second, 'tool'),
  );
  expect(await locate('notes', `${first}:${second}`)).toBe(join(first, 'notes'));
  expect(await locate('package.json', '.')).toBe('/package.json');
  expect(await locate('/bin/sh', '')).toBe('/bin/sh');
  expect(await locate('tool', undefined)).toBe('/tool');
});

test('a program that is only where the agent stands is not started', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'only-here');
  await writeFile(file, '#!/bin/sh\necho started\n', { mode: 0o755 });
  const options = { timeoutMs: 10_000, cwd: folder, env: { PATH: `.:${folder}/none` } };
  const { run } = createCommand();
  const signal = new AbortController().signal;
  expect(await run('only-here', [], options, signal)).toMatchObject({
    ended: 'missing',
    reason: 'there is no program only-here',
  });
  expect(await run(file, [], options, signal)).toMatchObject({ ended: 'exit', stdout: 'started' });
});
