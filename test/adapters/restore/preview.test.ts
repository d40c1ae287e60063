import { appendFile, chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { NodeLine } from '#src/adapters/restic/lines.ts';
import { createPreview } from '#src/adapters/restore/preview.ts';
import { makeVaults, whyWithoutRestic } from '../../fixtures/restic.ts';
import { temporaryFolder } from '../temporary.ts';

const WHY_NOT = whyWithoutRestic();
const patience = () => AbortSignal.timeout(60_000);

describe.skipIf(WHY_NOT !== undefined)(`what a restore would change${WHY_NOT ? ` (${WHY_NOT})` : ''}`, () => {
  test('is nothing where all is as it was saved', async () => {
    const { preview } = await setUp();
    expect(await preview()).toMatchObject({ ...counts(0, 0, 0), isWhole: true });
  });

  test('names what differs, what comes back and what goes, and nothing of another set', async () => {
    const { data, preview } = await setUp();
    await appendFile(join(data, 'a.txt'), 'more');
    await chmod(join(data, 'deep', 'er', 'b'), 0o600);
    await rm(join(data, 'gone'), { recursive: true });
    await mkdir(join(data, 'made', 'here'), { recursive: true });
    await writeFile(join(data, 'made', 'here', 'x'), '');
    await writeFile(join(data, 'made', 'y'), '');
    await writeFile(join(data, 'deep', 'log'), '');
    await mkdir(join(data, '.nightguard-old-20260101T000000Z-1'));
    await writeFile(join(data, '.nightguard-old-20260101T000000Z-1', 'kept'), '');
    await rm(join(data, 'link'));
    await symlink('elsewhere', join(data, 'link'));
    const found = await preview();
    expect(found).toMatchObject({
      changed: { files: 2, first: [join(data, 'a.txt'), join(data, 'deep', 'er', 'b')] },
      missing: { files: 2, first: [join(data, 'gone', 'one'), join(data, 'gone', 'two')] },
      extra: { files: 3, first: [join(data, 'deep', 'log'), join(data, 'made')] },
    });
  });

  test('is told of one folder or file alone', async () => {
    const { data, preview } = await setUp();
    await appendFile(join(data, 'a.txt'), 'more');
    await rm(join(data, 'gone', 'one'));
    expect(await preview([join(data, 'gone')])).toMatchObject(counts(0, 1, 0));
    expect(await preview([join(data, 'a.txt')])).toMatchObject(counts(1, 0, 0));
  });

  test('counts all of a path that is gone, and a folder that became a file', async () => {
    const { data, preview } = await setUp();
    await rm(join(data, 'deep'), { recursive: true });
    await writeFile(join(data, 'deep'), 'a file');
    expect(await preview()).toMatchObject(counts(1, 1, 0));
    await rm(data, { recursive: true });
    expect(await preview()).toMatchObject(counts(0, 5, 0));
  });

  test('says what was found before time was up', async () => {
    const { data, walk } = await setUp();
    await rm(join(data, 'a.txt'));
    await writeFile(join(data, 'later'), 'not compared yet');
    const preview = createPreview([data]);
    const seen: string[] = [];
    await walk((node) => {
      if (node.path.startsWith(data) && seen.push(node.path) <= 2) preview.take(node);
    });
    expect(await preview.end(false, patience())).toMatchObject({ ...counts(0, 1, 0), taken: 2, isWhole: false });
  });
});

describe('what a preview cannot look at', () => {
  const dir = (path: string): NodeLine => ({ type: 'dir', path });

  test('is told as a number, and what has a name that is no text as what it is', async () => {
    const data = await temporaryFolder();
    const file = (name: Buffer) => writeFile(Buffer.concat([Buffer.from(`${data}/`), name]), 'x');
    await file(Buffer.from([0x4d, 0xfc]));
    await file(Buffer.from([0xe2, 0x82]));
    const preview = createPreview([data]);
    for (const node of [dir(data), dir(`${data}/\ufffd\ufffd`)]) preview.take(node);
    expect(await preview.end(true, patience())).toMatchObject({
      ...counts(0, 0, 1),
      extra: { files: 1, first: [join(data, 'M\ufffd')] },
      ...{ skipped: 1, isWhole: true },
    });
  });

  test.skipIf(process.getuid?.() !== 0)("is in nobody's way, whoever may not read it", async () => {
    const data = await temporaryFolder();
    for (const name of ['shut', 'extra']) await mkdir(join(data, name));
    await writeFile(join(data, 'shut', 'in it'), 'x');
    await writeFile(join(data, 'seen'), 'x');
    for (const name of ['shut', 'extra']) await chmod(join(data, name), 0);
    await chmod(data, 0o755);
    const preview = createPreview([data]);
    process.seteuid?.(65_534);
    try {
      for (const node of [dir(data), dir(`${data}/shut`), dir(`${data}/shut/in it`)]) preview.take(node);
      expect(await preview.end(true, patience())).toMatchObject({ ...counts(0, 0, 1), skipped: 3, isWhole: true });
    } finally {
      process.seteuid?.(0);
    }
  });
});

function counts(changed: number, missing: number, extra: number) {
  return { changed: { files: changed }, missing: { files: missing }, extra: { files: extra } };
}

async function setUp() {
  const folder = await temporaryFolder();
  const vaults = await makeVaults(join(folder, 'vaults'));
  const repository = vaults.at();
  const [data, other] = [join(folder, 'live', 'data'), join(folder, 'live', 'database')];
  await mkdir(join(data, 'deep', 'er'), { recursive: true });
  await mkdir(join(data, 'gone'));
  await mkdir(other);
  await writeFile(join(other, 'z'), 'of another set');
  await writeFile(join(data, 'a.txt'), 'text');
  await writeFile(join(data, 'deep', 'er', 'b'), 'text');
  await writeFile(join(data, 'gone', 'one'), '1');
  await writeFile(join(data, 'gone', 'two'), '2');
  await symlink('nowhere', join(data, 'link'));
  await vaults.lay();
  const source = { kind: 'files', paths: [data, other], excludes: [] } as const;
  await repository.save({ source, host: 'alpha', tags: [] }, () => {}, patience());
  const [line] = await repository.snapshots({ host: 'alpha', tag: undefined }, patience());
  const walk = (each: Parameters<typeof repository.walk>[1], under?: string[]) =>
    repository.walk(line?.id ?? '', each, patience(), under);
  const preview = async (roots = [data]) => {
    const one = createPreview(roots);
    await walk(one.take, roots);
    await rm(join(other, 'z'), { force: true });
    return await one.end(true, patience());
  };
  return { data, walk, preview };
}
