import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createCommand } from '#src/adapters/command.ts';
import { createRunner } from '#src/adapters/restic/runner.ts';
import { save } from '#src/adapters/restic/save.ts';
import { DestinationSpec } from '#src/adapters/restic/spec.ts';
import { temporaryFolder } from '../temporary.ts';

const SUMMARY = {
  ...{ message_type: 'summary', files_new: 1, files_changed: 0, files_unmodified: 0, data_added: 1 },
  ...{ total_files_processed: 1, total_bytes_processed: 1, snapshot_id: 'abcdef0123' },
};

/** Saves with a program in restic's place that says what restic says of each file that it cannot read. */
async function saveWithout(files: number, once = (n: number) => n) {
  const folder = await temporaryFolder();
  const [program, passwordFile] = [join(folder, 'restic'), join(folder, 'password')];
  const line = `JSON.stringify({ message_type: 'error', during: 'archival', item: '/srv/shop/a folder/file-' + (${once})(n) }) + '\\n'`;
  const lines = `for (let n = 0; n < ${files}; n++) fs.writeSync(2, ${line});`;
  const script = `#!${process.execPath}\nconst fs = require('node:fs');\n${lines}\nconsole.log(${JSON.stringify(JSON.stringify(SUMMARY))});\nprocess.exitCode = 3;`;
  await writeFile(program, script);
  await chmod(program, 0o755);
  await writeFile(passwordFile, 'secret\n', { mode: 0o600 });
  const spec = DestinationSpec.parse({ kind: 'path', path: join(folder, 'repository') });
  const runner = createRunner({ command: createCommand(), program, passwordFile, cacheDir: folder }, 'disk', spec);
  const source = { kind: 'files', paths: [folder], excludes: [] } as const;
  return await save(runner, { source, host: 'alpha', tags: [] }, () => {}, AbortSignal.timeout(60_000));
}

test('all that could not be read is counted, ten are named, and the backup is kept', async () => {
  const { unread, unreadCount, snapshot } = await saveWithout(20_000);
  expect({ unreadCount, snapshot, named: unread.length }).toEqual({
    unreadCount: 20_000,
    snapshot: 'abcdef01',
    named: 10,
  });
  expect(unread[0]).toBe('/srv/shop/a folder/file-0');
});

test('what is said twice of a file counts once', async () => {
  expect(await saveWithout(4, (n) => n % 2)).toMatchObject({ unreadCount: 2 });
});

test('what restic does not name is told all the same', async () => {
  expect(await saveWithout(0)).toMatchObject({
    unread: ['some files (restic does not say which)'],
    unreadCount: 1,
  });
});
