import { execFileSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createCommand } from '#src/adapters/command.ts';
import { createExchange } from '#src/adapters/restore/exchange.ts';
import { temporaryFolder } from '../temporary.ts';

const isHere = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

async function twoTrees() {
  const folder = await temporaryFolder();
  const [one, other] = [join(folder, 'one'), join(folder, "it's $other")];
  await mkdir(one);
  await mkdir(other);
  await writeFile(join(one, 'a'), '');
  await writeFile(join(other, 'b'), '');
  const seen = async () => [await readdir(one), await readdir(other)];
  return { one, other, seen };
}

test.skipIf(!isHere)('two names change places; without one of them nothing happens', async () => {
  const { one, other, seen } = await twoTrees();
  const exchange = createExchange(createCommand());
  await exchange(one, other);
  expect(await seen()).toEqual([['b'], ['a']]);
  await exchange(one, `${other}-gone`);
  expect(await seen()).toEqual([['b'], ['a']]);
});

test.skipIf(!isHere)('what outlives who asked for it exchanges nothing', async () => {
  const { one, other, seen } = await twoTrees();
  const asked: (readonly string[])[] = [];
  const command = createCommand();
  const noting = createExchange({
    ...command,
    run: async (file, argv, options, signal) => {
      asked.push([file, ...argv]);
      return await command.run('true', [], options, signal);
    },
  });
  await noting(one, other);
  const [words = []] = asked;
  expect(words.slice(0, 4)).toEqual(['setpriv', '--pdeathsig', 'KILL', '--']);
  // Started by a shell, it is nobody's child that asked for it.
  expect(() => execFileSync('sh', ['-c', '"$@"; exit $?', 'sh', ...words])).toThrow();
  expect(await seen()).toEqual([['a'], ['b']]);
});
