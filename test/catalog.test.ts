import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createCatalog, loadCatalog } from '#src/catalog.ts';
import { temporaryFolder } from './adapters/temporary.ts';
import { health, restart } from './operation/samples.ts';

describe('a catalog', () => {
  test('has the operations by name', () => {
    const catalog = createCatalog([
      { file: 'health.ts', operation: health },
      { file: 'restart.ts', operation: restart },
    ]);
    expect([...catalog]).toEqual([
      ['health', health],
      ['restart', restart],
    ]);
  });

  test('refuses a file that exports no operation', () => {
    expect(() => createCatalog([{ file: 'health.ts', operation: undefined }])).toThrow(
      'handlers/health.ts: its default export is not an operation',
    );
  });

  test('refuses a file of another name than its operation', () => {
    expect(() => createCatalog([{ file: 'wellness.ts', operation: health }])).toThrow(
      'handlers/wellness.ts: the operation is called health; file and operation have one name',
    );
  });
});

describe('the folder of operations', () => {
  const operation = (name: string) => `export default { name: '${name}' };`;
  const loaded = async (files: Record<string, string>) => {
    const folder = await temporaryFolder();
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
    await mkdir(join(folder, 'drafts'));
    return await loadCatalog(pathToFileURL(`${folder}/`));
  };

  test('is loaded in the order of names; what is no .ts file is left alone', async () => {
    const catalog = await loaded({
      'b.ts': operation('b'),
      'a.ts': operation('a'),
      'notes.md': '# no',
      'c.js': 'throw 1',
    });
    expect([...catalog.values()]).toEqual([{ name: 'a' }, { name: 'b' }]);
  });

  test('is refused with a file whose operation has another name', async () => {
    await expect(loaded({ 'a.ts': operation('b') })).rejects.toThrow('handlers/a.ts: the operation is called b');
  });

  test('is refused with a file without a default export', async () => {
    await expect(loaded({ 'a.ts': 'export const a = 1;' })).rejects.toThrow('handlers/a.ts: its default export');
  });

  test('of this program loads, and each operation says who may use it and what it can do', async () => {
    const catalog = await loadCatalog();
    const told = [...catalog.values()].map(({ name, role, risk }) => ({ name, role, risk }));
    expect(told).toEqual(
      expect.arrayContaining([
        { name: 'health', role: 'viewer', risk: 'read' },
        { name: 'logs', role: 'viewer', risk: 'read' },
        { name: 'restart', role: 'operator', risk: 'change' },
        { name: 'status', role: 'viewer', risk: 'read' },
      ]),
    );
    expect(told.filter(({ role, risk }) => role === 'viewer' && risk !== 'read')).toEqual([]);
  });
});
