import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { describeSet, setOf } from '#src/adapters/backup/sets.ts';
import { BackupSpec } from '#src/adapters/backup/spec.ts';
import { readCredentials, refuseOpenFile } from '#src/adapters/restic/secrets.ts';
import { locationOf } from '#src/adapters/restic/spec.ts';
import { temporaryFolder } from '../temporary.ts';

const FINE = {
  passwordFile: '/etc/nightguard/restic',
  destinations: {
    nas: { kind: 'sftp', host: 'backup@nas.example', path: '/srv/backup' },
    disk: { kind: 'path', path: '/mnt/backup' },
  },
  sets: { files: { paths: ['/srv/shop', '/etc/shop'] } },
};
const issueOf = (more: object) => BackupSpec.safeParse({ ...FINE, ...more }).error?.issues[0];

test('a node without backups needs nothing; a set needs a password and a place', () => {
  expect(BackupSpec.parse({})).toMatchObject({ program: 'restic', sets: {}, keepOld: 604_800_000 });
  expect(BackupSpec.parse(FINE).sets['files']).toMatchObject({
    keep: { daily: 7, weekly: 4, monthly: 6 },
    pause: [],
    pauseToSave: [],
  });
  expect(issueOf({ passwordFile: undefined })).toMatchObject({ path: ['passwordFile'] });
  expect(issueOf({ destinations: {} })).toMatchObject({ path: ['destinations'] });
});

test.each([
  ['a relative path', { files: { paths: ['srv'] } }, ['sets', 'files', 'paths', 0]],
  ['a path that climbs', { files: { paths: ['/srv/../etc'] } }, ['sets', 'files', 'paths', 0]],
  ['one path inside another', { files: { paths: ['/srv', '/srv/shop'] } }, ['sets', 'files', 'paths']],
  ['a path that holds the repository', { files: { paths: ['/mnt'] } }, ['sets', 'files', 'paths']],
  ['the whole machine with the repository in it', { files: { paths: ['/'] } }, ['sets', 'files', 'paths']],
  ['nothing to save', { files: {} }, ['sets', 'files']],
  ['a place that is not there', { files: { paths: ['/srv'], to: ['moon'] } }, ['sets', 'files', 'to']],
  ['nothing to keep', { files: { paths: ['/srv'], keep: { last: 0 } } }, ['sets', 'files', 'keep']],
  ['an unknown key', { files: { paths: ['/srv'], schedul: 'daily' } }, ['sets', 'files']],
  ['a name like an option', { '-x': { paths: ['/srv'] } }, ['sets', '-x']],
])('%s is refused by its path', (_, sets, path) => {
  expect(issueOf({ sets })).toMatchObject({ path });
});

test('copies of backups are put outside of what is backed up, or left out of it', () => {
  expect(issueOf({ restoreTo: '/srv/shop/copies' })).toMatchObject({ path: ['sets', 'files', 'paths'] });
  expect(issueOf({ restoreTo: '/srv/copies' })).toBeUndefined();
  const all = { paths: ['/'], excludes: ['/mnt', '/srv/copies'] };
  expect(issueOf({ restoreTo: '/srv/copies', sets: { all } })).toBeUndefined();
  expect(issueOf({ restoreTo: '/srv/other', sets: { all } })?.message).toContain('/ holds restoreTo');
});

test.each([
  { kind: 'sftp', host: '-oProxyCommand=id', path: '/x' },
  { kind: 's3', url: 'https://key:secret@s3.example/bucket' },
  { kind: 'rest', url: 'file:///etc' },
  { kind: 'gs', bucket: 'shop:/../other' },
])('a destination such as %j is refused', (nas) => {
  expect(issueOf({ destinations: { nas } })).toBeDefined();
});

test('destinations are told to restic in its own way', () => {
  const spec = BackupSpec.parse({
    ...FINE,
    destinations: { ...FINE.destinations, cloud: { kind: 's3', url: 'https://s3.example/bucket' } },
  });
  expect(Object.values(spec.destinations).map(locationOf)).toEqual([
    'sftp:backup@nas.example:/srv/backup',
    '/mnt/backup',
    's3:https://s3.example/bucket',
  ]);
  expect(describeSet(spec, 'files')).toMatchObject({
    destinations: ['nas', 'disk', 'cloud'],
    places: [
      { destination: 'nas', medium: 'sftp', offSite: true },
      { destination: 'disk', medium: 'path', offSite: false },
      { destination: 'cloud', medium: 's3', offSite: true },
    ],
  });
  expect(() => setOf(spec, 'file')).toThrow(/Did you mean files/);
});

test('credentials are read from a file that nobody else can read, set nothing of restic itself, and are never quoted', async () => {
  const path = join(await temporaryFolder(), 'cloud');
  await writeFile(path, '# the cloud\nAWS_ACCESS_KEY_ID=id\n\nAWS_SECRET_ACCESS_KEY=a=b\n', { mode: 0o600 });
  expect(await readCredentials(path)).toEqual({ AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'a=b' });
  await writeFile(path, 'RESTIC_PASSWORD_COMMAND=touch /tmp/x\n');
  await expect(readCredentials(path)).rejects.toMatchObject({
    code: 'secret-file',
    message: expect.not.stringContaining('touch'),
  });
  await chmod(path, 0o640);
  await expect(readCredentials(path)).rejects.toMatchObject({
    message: `${path} can be read by others. Run: chmod 600 ${path}`,
  });
});

test.skipIf(process.getuid?.() !== 0)('a credential of systemd may have the mode that systemd gives it', async () => {
  await mkdir('/run/credentials', { recursive: true });
  const folder = await mkdtemp('/run/credentials/nightguard-test-');
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'restic');
  await writeFile(path, 'correct horse');
  await chmod(path, 0o440);
  await refuseOpenFile(path);
  await chmod(path, 0o460);
  await expect(refuseOpenFile(path)).rejects.toMatchObject({ code: 'secret-file' });
  const around = join(folder, '..', '..', 'credentials').replace('/run/', '/run/credentials/../');
  await expect(refuseOpenFile(`${around}/${basename(folder)}/restic`)).rejects.toMatchObject({ code: 'secret-file' });
});

test('a dump is not called as the files of its set are', () => {
  expect(issueOf({ sets: { shop: { paths: ['/srv'], dumps: { files: { command: ['x'] } } } } })).toMatchObject({
    path: ['sets', 'shop', 'dumps', 'files'],
  });
});

test('a schedule that is none is named where it stands, and a drill needs files', () => {
  const set = (more: object) => issueOf({ sets: { files: { paths: ['/srv'], ...more } } });
  expect(set({ schedule: 'nightly' })).toMatchObject({
    path: ['sets', 'files', 'schedule'],
    message: expect.stringContaining('"nightly" is not a schedule'),
  });
  expect(issueOf({ sets: { dumps: { dumps: { all: { command: ['x'] } }, drill: 'monthly' } } })).toMatchObject({
    path: ['sets', 'dumps', 'drill'],
  });
  const drillCheck = { command: ['true'] };
  expect(issueOf({ sets: { dumps: { dumps: { all: { command: ['x'] } }, drillCheck } } })).toMatchObject({
    path: ['sets', 'dumps', 'drill'],
  });
  expect(issueOf({ timezone: 'Mars/Phobos' })).toMatchObject({ path: ['timezone'] });
});
