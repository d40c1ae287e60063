import { expect, test } from 'vitest';
import { fakeBackups } from './fakeRestic.ts';

test('folders come first, also behind more files than are remembered', async () => {
  const node = await fakeBackups();
  await node.run('save');
  const files = Array.from({ length: 5100 }, (_, n) => ({ path: `/srv/a${n}`, type: 'file', size: 1 }));
  const lines = [{ path: '/srv', type: 'dir' }, ...files, { path: '/srv/z', type: 'dir' }];
  node.change({ lines });
  const { things, total } = await node.contents();
  expect([things.length, total]).toEqual([500, 5101]);
  expect(things.slice(0, 2).map(({ path }) => path)).toEqual(['/srv/z', '/srv/a0']);
});
